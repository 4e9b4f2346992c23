import type { Column, SeriesBlock } from '../api/series';

/** How many points a series may have before neighbours are merged. */
export const defaultLimit = 4000;

interface Growing {
  min: number[];
  max: number[];
  last: number[];
}

/**
 * The points of one job: buckets from `series`, then live steps. A bucket keeps its last step and the minimum, maximum and last value of each column, so
 * merging loses no spike. A resumed job repeats steps; a repeated step replaces its point.
 */
export class Points {
  readonly x: number[] = [];
  readonly time: number[] = [];
  readonly samples: number[] = [];
  readonly columns = new Map<string, Growing>();
  /** Whether points were merged since the last load; a reload restores an even resolution. */
  coalesced = false;

  constructor(readonly limit = defaultLimit) {}

  static from(block: SeriesBlock, limit = defaultLimit): Points {
    const points = new Points(limit);
    for (let i = 0; i < block.x.length; i++) {
      if (!Number.isFinite(block.x[i])) continue;
      points.x.push(block.x[i]);
      points.time.push(block.time[i]);
      points.samples.push(block.samples[i]);
    }
    for (const [name, column] of block.columns) points.columns.set(name, keep(column, block.x));
    return points;
  }

  get length(): number {
    return this.x.length;
  }

  get lastStep(): number {
    return this.x.length === 0 ? 0 : this.x[this.x.length - 1];
  }

  /** Adds or replaces one step. A column that the row lacks is NaN in a new point and unchanged in an old one. */
  add(step: number, time: number, samples: number, values: ReadonlyMap<string, number>): void {
    const at = this.lowerBound(step);
    if (at === this.x.length) {
      this.x.push(step);
      this.time.push(time);
      this.samples.push(samples);
      for (const [name, column] of this.columns) {
        const value = values.get(name) ?? NaN;
        column.min.push(value);
        column.max.push(value);
        column.last.push(value);
      }
      if (this.length > this.limit) this.coalesce();
    } else this.replace(at, this.x[at] === step, time, samples, values);
  }

  private replace(at: number, isLast: boolean, time: number, samples: number, values: ReadonlyMap<string, number>): void {
    const single = isLast && (at === 0 || this.x[at] - this.x[at - 1] <= 1);
    if (isLast) {
      this.time[at] = time;
      this.samples[at] = samples;
    }
    for (const [name, column] of this.columns) {
      const value = values.get(name);
      if (value === undefined) continue;
      column.min[at] = single ? value : least(column.min[at], value);
      column.max[at] = single ? value : greatest(column.max[at], value);
      if (isLast) column.last[at] = value;
    }
  }

  /** Merges neighbours pairwise: half the points, the same extremes, each pair's last step. */
  private coalesce(): void {
    const old = this.x.length;
    const half = Math.ceil(old / 2);
    for (let i = 0; i < half; i++) {
      const a = 2 * i;
      const b = Math.min(a + 1, old - 1);
      this.x[i] = this.x[b];
      this.time[i] = this.time[b];
      this.samples[i] = this.samples[b];
      for (const column of this.columns.values()) {
        column.min[i] = least(column.min[a], column.min[b]);
        column.max[i] = greatest(column.max[a], column.max[b]);
        column.last[i] = Number.isNaN(column.last[b]) ? column.last[a] : column.last[b];
      }
    }
    this.x.length = this.time.length = this.samples.length = half;
    for (const column of this.columns.values()) column.min.length = column.max.length = column.last.length = half;
    this.coalesced = true;
  }

  /** Index of the first point at or after a step. */
  lowerBound(step: number): number {
    return lowerBound(this.x, step);
  }
}

export function lowerBound(x: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keep(column: Column, x: Float64Array): Growing {
  const select = (values: Float32Array) => Array.from(values).filter((_, i) => Number.isFinite(x[i]));
  return { min: select(column.min), max: select(column.max), last: select(column.last) };
}

function least(a: number, b: number): number {
  return Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b);
}

function greatest(a: number, b: number): number {
  return Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b);
}
