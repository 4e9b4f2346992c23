/** One curve of a chart. `min` and `max` are the band of the raw values; where there is none they are left out. */
export interface Line {
  key: string;
  label: string;
  color: string;
  dash?: number[];
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** The recorded values, when `y` is smoothed. */
  raw?: ArrayLike<number>;
  min?: ArrayLike<number>;
  max?: ArrayLike<number>;
  /** Draws the points too; for curves of few points, such as one an epoch. */
  dots?: boolean;
  width?: number;
}

export interface Mark {
  x: number;
  label: string;
  tone: 'plain' | 'bad' | 'good';
}

export interface ChartData {
  lines: Line[];
  marks: Mark[];
  /** The visible range of x; null: everything. */
  window: [number, number] | null;
}

export interface ChartShape {
  title: string;
  /** The jobs that the chart shows, for the titles of pictures and files. */
  about?: string;
  xLabel: string;
  formatX: (x: number) => string;
  formatY: (y: number) => string;
  /** How the numbers beside the y axis are written, if shorter than `formatY`. */
  formatTick?: (y: number) => string;
  /** Logarithmic y axis; values ≤ 0 are not drawn. */
  log?: boolean;
  /** Lines are amounts that are added up, the first at the bottom. */
  stacked?: boolean;
  /** The y axis begins at 0. */
  fromZero?: boolean;
  /** The y axis goes no further than this, such as 1 for shares. */
  topLimit?: number;
  height?: number;
}

/** The title for a picture or file that leaves the page. */
export function titleOf(shape: ChartShape): string {
  return shape.about ? `${shape.title}: ${shape.about}` : shape.title;
}

export function xExtent(data: ChartData): [number, number] {
  if (data.window) {
    const [from, to] = data.window;
    return isFlat(from, to) ? [from - 0.5, to + 0.5] : data.window;
  }
  let low = Infinity;
  let high = -Infinity;
  for (const line of data.lines) {
    for (const at of ends(line.x)) {
      low = Math.min(low, at);
      high = Math.max(high, at);
    }
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function ends(x: ArrayLike<number>): number[] {
  let first = 0;
  let last = x.length - 1;
  while (first <= last && !Number.isFinite(x[first])) first++;
  while (last >= first && !Number.isFinite(x[last])) last--;
  return first > last ? [] : [x[first], x[last]];
}

/**
 * Whether two values differ by no more than rounding: recorded values have about seven digits, and smoothing a constant moves its last ones. An axis over such
 * a range has no room for ticks between representable numbers.
 */
function isFlat(low: number, high: number): boolean {
  return high - low <= 1e-6 * Math.max(Math.abs(low), Math.abs(high));
}

/** The range of y over the visible points, the band included, with a margin. */
export function yExtent(data: ChartData, shape: ChartShape, [from, to]: [number, number]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  const see = (value: number) => {
    if (!Number.isFinite(value) || (shape.log && value <= 0)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const line of data.lines) {
    for (let i = 0; i < line.x.length; i++) {
      if (!(line.x[i] >= from && line.x[i] <= to)) continue;
      see(line.y[i]);
      if (line.min) see(line.min[i]);
      if (line.max) see(line.max[i]);
    }
  }
  if (low > high) return shape.log ? [0.1, 1] : [0, 1];
  if (shape.log) return [low / 1.15, high * 1.15];
  if (shape.fromZero) low = Math.min(0, low);
  const air = isFlat(low, high) ? Math.abs(high) * 0.1 || 1 : (high - low) * 0.06;
  const bottom = shape.fromZero && low === 0 ? 0 : low - air;
  const top = high + air;
  return [bottom, shape.topLimit !== undefined && high <= shape.topLimit ? Math.min(top, shape.topLimit + air * 0.5) : top];
}

/** Index of the last point of a line at or before x; -1 if there is none. */
export function indexAt(line: Line, x: number): number {
  let low = 0;
  let high = line.x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (line.x[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the point that is nearest to x; -1 if the line is empty. */
export function nearestIndex(line: Line, x: number): number {
  const before = indexAt(line, x);
  const after = before + 1;
  if (before < 0) return line.x.length > 0 ? 0 : -1;
  if (after >= line.x.length) return before;
  return x - line.x[before] <= line.x[after] - x ? before : after;
}
