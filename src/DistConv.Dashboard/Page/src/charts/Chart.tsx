import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { csvOf, download, fileName } from './export';
import { nearestIndex, titleOf, xExtent, type ChartData, type ChartShape, type Line } from './model';
import { pngOf } from './picture';
import { Plot } from './plot';
import { TableView } from './TableView';
import { inkOf, isDark } from './theme';
import { reportError } from '../ui/notice';

interface Props {
  shape: ChartShape;
  data: ChartData;
  /** Charts of one group share crosshair and zoom. */
  group: string;
  onZoom: (range: [number, number] | null) => void;
  children?: ComponentChildren;
  empty?: string;
}

const hiddenMs = 2000;

export function Chart({ shape, data, group, onZoom, children, empty }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const isSeen = useRef(false);
  const hidden = useRef<number | null>(null);
  const latest = useRef({ data, onZoom });
  latest.current = { data, onZoom };
  const [cursor, setCursor] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  const dark = isDark.value;
  const isEmpty = data.lines.every((line) => !hasX(line));
  const hasMarks = data.marks.length > 0;

  useEffect(() => {
    if (!host.current || isEmpty) return undefined;
    const created = new Plot(
      host.current,
      latest.current.data,
      shape,
      inkOf(dark),
      {
        onCursor: setCursor,
        onZoom: (range) => latest.current.onZoom(range),
      },
      group,
    );
    plot.current = created;
    const sizes = new ResizeObserver(() => created.resize());
    const sight = new IntersectionObserver((entries) => {
      isSeen.current = entries[entries.length - 1].isIntersecting;
      if (isSeen.current) created.update(latest.current.data);
    });
    sizes.observe(host.current);
    sight.observe(host.current);
    return () => {
      sizes.disconnect();
      sight.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [dark, shape, group, isEmpty, hasMarks]);

  useEffect(() => {
    if (isSeen.current) {
      const frame = requestAnimationFrame(() => plot.current?.update(data));
      return () => cancelAnimationFrame(frame);
    }
    // A chart outside the viewport is redrawn when it becomes visible, and every few seconds.
    hidden.current ??= window.setTimeout(() => {
      hidden.current = null;
      plot.current?.update(latest.current.data);
    }, hiddenMs);
    return undefined;
  }, [data]);

  const savePng = () => {
    if (plot.current) pngOf(plot.current.canvas, data, shape, inkOf(dark)).then((blob) => download(fileName(titleOf(shape), 'png'), blob), reportError);
  };
  const saveCsv = () => download(fileName(titleOf(shape), 'csv'), new Blob([csvOf(data, shape)], { type: 'text/csv' }));

  return (
    <section class="card chart" aria-labelledby={titleId}>
      <header class="card-head">
        <h2 id={titleId}>{shape.title}</h2>
        {children}
        <div class="chart-tools" role="group" aria-label={`${shape.title}: save or read`}>
          <button type="button" class="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
          <button type="button" class="small" disabled={isEmpty} onClick={saveCsv}>
            CSV
          </button>
          <button type="button" class="small" disabled={isEmpty} onClick={savePng}>
            PNG
          </button>
        </div>
      </header>
      {isEmpty ? (
        <p class="empty">{empty ?? 'Nothing has been recorded yet.'}</p>
      ) : (
        <>
          <div
            ref={host}
            class="plot"
            tabIndex={0}
            role="group"
            aria-roledescription="chart"
            aria-labelledby={titleId}
            aria-description="Arrow keys move the crosshair, + and - zoom, 0 shows everything."
            onKeyDown={(event) => onKey(event, data, cursor, plot.current, onZoom)}
          />
          <Readout lines={data.lines} cursor={cursor} shape={shape} />
        </>
      )}
      {asTable && <TableView data={data} shape={shape} />}
    </section>
  );
}

/** Whether any point has an x: on the time axis, a record without times has none. */
function hasX(line: Line): boolean {
  return line.x.length > 0 && Array.prototype.some.call(line.x, Number.isFinite);
}

/** The values under the crosshair; without one, the newest. */
function Readout({ lines, cursor, shape }: { lines: Line[]; cursor: number | null; shape: ChartShape }) {
  return (
    <div class="readout">
      <span class="readout-x">{cursor === null ? 'newest' : `${shape.xLabel} ${shape.formatX(cursor)}`}</span>
      <ul aria-live={cursor === null ? 'off' : 'polite'}>
        {lines.map((line) => (
          <ReadoutItem key={line.key} line={line} cursor={cursor} shape={shape} />
        ))}
      </ul>
    </div>
  );
}

function ReadoutItem({ line, cursor, shape }: { line: Line; cursor: number | null; shape: ChartShape }) {
  const i = cursor === null ? lastFinite(line) : nearestIndex(line, cursor);
  const value = i < 0 ? NaN : line.y[i];
  const raw = line.raw && i >= 0 && line.raw[i] !== value ? `, recorded ${shape.formatY(line.raw[i])}` : '';
  const band = line.min && line.max && i >= 0 && line.min[i] !== line.max[i] ? `, ${shape.formatY(line.min[i])} to ${shape.formatY(line.max[i])}` : '';
  return (
    <li>
      <svg width="22" height="8" aria-hidden="true">
        <line x1="0" y1="4" x2="22" y2="4" stroke={line.color} stroke-width="3" stroke-dasharray={line.dash?.join(' ')} />
      </svg>
      {line.label} <b>{Number.isFinite(value) ? shape.formatY(value) : '–'}</b>
      {cursor !== null && (raw || band) && (
        <small>
          {raw}
          {band}
        </small>
      )}
    </li>
  );
}

function lastFinite(line: Line): number {
  let i = line.y.length - 1;
  while (i >= 0 && !Number.isFinite(line.y[i])) i--;
  return i;
}

function onKey(event: KeyboardEvent, data: ChartData, cursor: number | null, plot: Plot | null, onZoom: (range: [number, number] | null) => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const [from, to] = xExtent(data);
  const longest = data.lines.reduce((a, b) => (b.x.length > a.x.length ? b : a), data.lines[0]);
  if (!plot || !longest) return;
  const here = cursor ?? longest.x[Math.max(0, lastFinite(longest))];
  const move = (points: number) => {
    const i = Math.min(longest.x.length - 1, Math.max(0, nearestIndex(longest, here) + points));
    plot.point(Math.min(to, Math.max(from, longest.x[i])));
  };
  const zoom = (factor: number) => {
    const half = ((to - from) / 2) * factor;
    const middle = cursor ?? (from + to) / 2;
    onZoom([middle - half, middle + half]);
  };
  const page = event.shiftKey ? Math.max(1, Math.round(longest.x.length / 20)) : 1;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => move(-page),
    ArrowRight: () => move(page),
    Home: () => move(-longest.x.length),
    End: () => move(longest.x.length),
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    '0': () => onZoom(null),
    Escape: () => plot.point(null),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}
