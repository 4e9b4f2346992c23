import type { FilterDescription, Kernels } from '../../api/types';

export const filterSorts = ['index', 'name', 'confidence', 'norm', 'moved'] as const;
export type FilterSort = (typeof filterSorts)[number];

export interface FilterItem {
  index: number;
  description: FilterDescription | null;
  /** Euclidean norm of its kernels. */
  norm: number;
  /** Euclidean distance from the first snapshot, as a share of the norm there. */
  moved: number;
}

/** Norm of each filter, and how far it is from where it began. */
export function measure(now: Float32Array, before: Float32Array | null, shape: Kernels, descriptions: FilterDescription[]): FilterItem[] {
  const size = shape.inChannels * shape.kernelHeight * shape.kernelWidth;
  const byIndex = new Map(descriptions.map((description) => [description.index, description]));
  return Array.from({ length: shape.outChannels }, (_, index) => {
    let square = 0;
    let distance = 0;
    let begin = 0;
    for (let i = index * size; i < (index + 1) * size; i++) {
      square += now[i] * now[i];
      if (!before) continue;
      distance += (now[i] - before[i]) ** 2;
      begin += before[i] * before[i];
    }
    return { index, description: byIndex.get(index) ?? null, norm: Math.sqrt(square), moved: begin > 0 ? Math.sqrt(distance / begin) : 0 };
  });
}

export function sortFilters(items: FilterItem[], sort: FilterSort): FilterItem[] {
  const byIndex = (a: FilterItem, b: FilterItem) => a.index - b.index;
  const confidence = (item: FilterItem) => item.description?.confidence ?? -1;
  const name = (item: FilterItem) => item.description?.name ?? '~';
  return [...items].sort((a, b) => {
    switch (sort) {
      case 'index':
        return byIndex(a, b);
      case 'name':
        return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : confidence(b) - confidence(a) || byIndex(a, b);
      case 'confidence':
        return confidence(b) - confidence(a) || byIndex(a, b);
      case 'norm':
        return b.norm - a.norm || byIndex(a, b);
      case 'moved':
        return b.moved - a.moved || byIndex(a, b);
    }
  });
}
