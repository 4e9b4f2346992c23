import { indexAt, type ChartData, type ChartShape, type Line } from './model';
import { formatExact } from '../ui/format';

export interface TableTwin {
  columns: string[];
  rows: string[][];
  /** How many points the chart shows of which the rows are a selection. */
  points: number;
}

/** The chart as a table: at most `limit` rows, evenly chosen from the points of the longest line, the first and the last among them. */
export function tableOf(data: ChartData, shape: ChartShape, limit = 40): TableTwin {
  const lines = data.lines.filter((line) => line.x.length > 0);
  const columns = [shape.xLabel, ...lines.map((line) => line.label)];
  const spine = visible(longest(lines), data.window);
  const rows: string[][] = [];
  const count = Math.min(limit, spine.length);
  for (let r = 0; r < count; r++) {
    const x = spine[count === 1 ? spine.length - 1 : Math.round((r * (spine.length - 1)) / (count - 1))];
    rows.push([shape.formatX(x), ...lines.map((line) => cell(line, x, shape))]);
  }
  return { columns, rows, points: spine.length };
}

function longest(lines: Line[]): Line | null {
  let best: Line | null = null;
  for (const line of lines) if (best === null || line.x.length > best.x.length) best = line;
  return best;
}

function visible(line: Line | null, window: [number, number] | null): number[] {
  if (!line) return [];
  return Array.from(line.x).filter((x) => Number.isFinite(x) && (!window || (x >= window[0] && x <= window[1])));
}

function cell(line: Line, x: number, shape: ChartShape): string {
  const i = indexAt(line, x);
  if (i < 0 || !Number.isFinite(line.y[i])) return '–';
  const band = line.min && line.max && line.min[i] !== line.max[i] ? ` (${shape.formatY(line.min[i])} to ${shape.formatY(line.max[i])})` : '';
  return shape.formatY(line.y[i]) + band;
}

/** Every visible point of every line: series, x, the value that is drawn, the record's value, and the bucket's minimum and maximum. */
export function csvOf(data: ChartData, shape: ChartShape): string {
  const out = [['series', shape.xLabel, 'drawn', 'recorded', 'minimum', 'maximum'].map(quote).join(',')];
  for (const line of data.lines) {
    for (let i = 0; i < line.x.length; i++) {
      const x = line.x[i];
      if (!Number.isFinite(x) || !Number.isFinite(line.y[i])) continue;
      if (data.window && (x < data.window[0] || x > data.window[1])) continue;
      const raw = line.raw ? line.raw[i] : line.y[i];
      out.push(
        [quote(line.label), number(x), number(line.y[i]), number(raw), number(line.min ? line.min[i] : raw), number(line.max ? line.max[i] : raw)].join(','),
      );
    }
  }
  return out.join('\n') + '\n';
}

/** Quotes a field where CSV asks for it. A text that a spreadsheet would evaluate as a formula gets an apostrophe. */
export function quote(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function number(value: number): string {
  return Number.isFinite(value) ? formatExact(value) : '';
}

export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function fileName(title: string, ending: string): string {
  const slug = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `distconv-${slug || 'chart'}.${ending}`;
}
