import type { JobRow } from '../../api/types';
import { oneOf } from '../../state/address';

export const sortKeys = [
  'id',
  'state',
  'progress',
  'loss',
  'accuracy',
  'testLoss',
  'testAccuracy',
  'samplesPerSecond',
  'remainingSeconds',
  'updatedAt',
] as const;
export type SortKey = (typeof sortKeys)[number];
export const groupKeys = ['none', 'state', 'model', 'data', 'optimizer'] as const;
export type GroupKey = (typeof groupKeys)[number];

export interface ListSettings {
  filter: string;
  sort: SortKey;
  descending: boolean;
  group: GroupKey;
}

export function readSettings(query: Record<string, string>): ListSettings {
  const sort = query.sort ?? '-updatedAt';
  return {
    filter: query.filter ?? '',
    sort: oneOf(sort.replace(/^-/, ''), sortKeys, 'updatedAt'),
    descending: sort.startsWith('-'),
    group: oneOf(query.group, groupKeys, 'none'),
  };
}

/** Every word of the filter has to occur in the job's id, state, model, data set, optimizer, tags or note. */
export function matches(row: JobRow, filter: string): boolean {
  const text = [row.id, row.state, row.model, row.data, row.optimizer, ...row.tags, row.note].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const stateOrder = ['running', 'queued', 'paused', 'stopped', 'interrupted', 'failed', 'cancelled', 'done'];

function sortValue(row: JobRow, key: SortKey): number | string | null {
  switch (key) {
    case 'id':
      return row.id;
    case 'state':
      return stateOrder.indexOf(row.state);
    case 'progress':
      return row.totalSteps > 0 ? row.step / row.totalSteps : 0;
    case 'updatedAt':
      return row.updatedAt ? Date.parse(row.updatedAt) : null;
    default:
      return row[key] ?? null;
  }
}

/** Sorts stably; jobs without the value come last in either direction. */
export function sortRows(rows: JobRow[], key: SortKey, descending: boolean): JobRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = sortValue(a, key);
    const y = sortValue(b, key);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return x < y ? -sign : x > y ? sign : a.id < b.id ? -1 : 1;
  });
}

export interface Group {
  name: string | null;
  rows: JobRow[];
}

export function arrange(rows: JobRow[], settings: ListSettings): Group[] {
  const sorted = sortRows(
    rows.filter((row) => matches(row, settings.filter)),
    settings.sort,
    settings.descending,
  );
  const { group } = settings;
  if (group === 'none') return [{ name: null, rows: sorted }];
  const groups = new Map<string, JobRow[]>();
  for (const row of sorted) groups.set(row[group], [...(groups.get(row[group]) ?? []), row]);
  return [...groups].map(([name, members]) => ({ name, rows: members })).sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
}
