import type { JobCurves } from '../../state/curves';
import { AxisMap, formatX, type Axis } from './axis';

type Range = [number, number];

/** The range of x that the jobs span. */
export function spanOf(jobs: JobCurves[], axis: Axis): Range | null {
  let low = Infinity;
  let high = -Infinity;
  for (const job of jobs) {
    const x = new AxisMap(job, axis).ofPoints(job.overview);
    for (const value of [x[0], x[x.length - 1]]) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low < high ? [low, high] : null;
}

/** The window after zooming by a factor and moving by a share of its width; null if it would show everything. */
export function moveWindow(window: Range | null, span: Range, factor: number, move: number): Range | null {
  const [from, to] = window ?? span;
  const width = (to - from) * factor;
  if (width >= span[1] - span[0]) return null;
  const middle = (from + to) / 2 + move * width;
  const start = Math.min(Math.max(middle - width / 2, span[0]), span[1] - width);
  return [start, start + width];
}

interface Props {
  jobs: JobCurves[];
  axis: Axis;
  zoom: Range | null;
  onZoom: (range: Range | null) => void;
}

/** Zoom buttons for touch and keyboard; with a mouse, drag over a chart. */
export function ZoomBar({ jobs, axis, zoom, onZoom }: Props) {
  const span = spanOf(jobs, axis);
  const format = formatX(axis);
  const go = (factor: number, move: number) => span && onZoom(moveWindow(zoom, span, factor, move));
  return (
    <div class="zoom" role="group" aria-label="Zoom">
      <button type="button" disabled={!span} aria-label="Zoom in" onClick={() => go(0.5, 0)}>
        +
      </button>
      <button type="button" disabled={!zoom} aria-label="Zoom out" onClick={() => go(2, 0)}>
        −
      </button>
      <button type="button" disabled={!zoom} aria-label="Earlier" onClick={() => go(1, -0.5)}>
        ←
      </button>
      <button type="button" disabled={!zoom} aria-label="Later" onClick={() => go(1, 0.5)}>
        →
      </button>
      {zoom && (
        <>
          <span aria-live="polite">
            {format(zoom[0])} to {format(zoom[1])}
          </span>
          <button type="button" onClick={() => onZoom(null)}>
            Show everything
          </button>
        </>
      )}
    </div>
  );
}
