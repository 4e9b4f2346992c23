import uPlot from 'uplot';
import { drawChart, markRowHeight, markRows } from './draw';
import { xExtent, yExtent, type ChartData, type ChartShape } from './model';
import type { Ink } from './theme';
import { isLabelled, logTicks } from './ticks';

export interface PlotEvents {
  /** The crosshair's x, or null when it left the chart. */
  onCursor: (x: number | null) => void;
  /** A range of x was selected; null: everything. */
  onZoom: (range: [number, number] | null) => void;
}

/**
 * A chart on a canvas. uPlot makes the axes, the crosshair and the selection; the curves are drawn here, since each has its own x (uPlot wants one x for all)
 * and a band.
 */
export class Plot {
  private readonly plot: uPlot;
  private range: { x: [number, number]; y: [number, number] };

  constructor(
    private readonly host: HTMLElement,
    private data: ChartData,
    private readonly shape: ChartShape,
    private readonly ink: Ink,
    private readonly events: PlotEvents,
    group: string,
  ) {
    this.range = this.measure();
    this.plot = new uPlot(this.options(group), this.corners(), host);
  }

  update(data: ChartData): void {
    this.data = data;
    this.range = this.measure();
    this.plot.setData(this.corners(), true);
  }

  resize(): void {
    const width = Math.floor(this.host.clientWidth);
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: this.plot.height });
  }

  /** Moves the crosshair to x, or away. */
  point(x: number | null): void {
    const left = x === null ? -10 : this.plot.valToPos(x, 'x');
    this.plot.setCursor({ left, top: x === null ? -10 : this.plot.height / 3 }, true);
  }

  get canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  destroy(): void {
    this.plot.destroy();
  }

  private measure(): { x: [number, number]; y: [number, number] } {
    const x = xExtent(this.data);
    return { x, y: yExtent(this.shape.stacked ? stackTop(this.data) : this.data, this.shape, x) };
  }

  private corners(): uPlot.AlignedData {
    return [this.range.x, this.range.y];
  }

  private options(group: string): uPlot.Options {
    const { ink, shape } = this;
    const font = '11.5px system-ui, sans-serif';
    const line = { stroke: ink.grid, width: 1 };
    const axis = { stroke: ink.muted, font, grid: line, ticks: { ...line, size: 5 } };
    return {
      width: Math.max(200, Math.floor(this.host.clientWidth)),
      height: shape.height ?? 250,
      padding: [this.data.marks.length > 0 ? markRows * markRowHeight + 4 : 10, 26, 0, 0],
      legend: { show: false },
      series: [{}, { scale: 'y', paths: () => null, points: { show: false } }],
      scales: { x: { time: false, range: () => this.range.x }, y: { distr: shape.log ? 3 : 1, range: () => this.range.y } },
      axes: [
        { ...axis, size: 34, space: 70, values: (_, splits) => splits.map((value) => shape.formatX(value)) },
        {
          ...axis,
          size: 58,
          space: 34,
          ...(shape.log && { splits: (_u: uPlot, _axis: number, low: number, high: number) => logTicks(low, high) }),
          values: (_, splits) => {
            const shows = shape.log ? isLabelled(splits) : () => true;
            return splits.map((value) => (value === null || !shows(value) ? '' : (shape.formatTick ?? shape.formatY)(value)));
          },
        },
      ],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        sync: { key: group, scales: ['x', null] },
        bind: { dblclick: () => () => (this.events.onZoom(null), null) },
      },
      hooks: {
        draw: [(u) => this.draw(u)],
        setCursor: [(u) => this.events.onCursor(u.cursor.left === undefined || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, 'x'))],
        setSelect: [(u) => this.select(u)],
      },
    };
  }

  private draw(u: uPlot): void {
    const { left, top, width, height } = u.bbox;
    const frame = {
      context: u.ctx,
      left,
      top,
      width,
      height,
      ratio: devicePixelRatio,
      toX: (x: number) => u.valToPos(x, 'x', true),
      toY: (y: number) => u.valToPos(y, 'y', true),
    };
    drawChart(frame, this.data, this.shape, this.ink);
  }

  private select(u: uPlot): void {
    const { left, width } = u.select;
    if (width < 6) return;
    const range: [number, number] = [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')];
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.events.onZoom(range);
  }
}

/** One line with the sum of all. */
function stackTop(data: ChartData): ChartData {
  if (data.lines.length === 0) return data;
  const first = data.lines[0];
  const y = new Float64Array(first.x.length);
  for (const line of data.lines) for (let i = 0; i < y.length; i++) y[i] += Number.isFinite(line.y[i]) ? line.y[i] : 0;
  return { ...data, lines: [{ ...first, y, min: undefined, max: undefined }] };
}
