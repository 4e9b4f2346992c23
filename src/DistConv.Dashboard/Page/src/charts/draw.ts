import type { ChartData, ChartShape, Line, Mark } from './model';
import type { Ink } from './theme';

/** Maps values to canvas pixels, and the rectangle that is drawn in. */
export interface Frame {
  context: CanvasRenderingContext2D;
  left: number;
  top: number;
  width: number;
  height: number;
  toX: (x: number) => number;
  toY: (y: number) => number;
  ratio: number;
}

export function drawChart(frame: Frame, data: ChartData, shape: ChartShape, ink: Ink): void {
  const { context } = frame;
  context.save();
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  context.lineJoin = 'round';
  if (shape.stacked) drawStack(frame, data.lines);
  else {
    for (const line of data.lines) drawBand(frame, line, shape);
    for (const line of data.lines) if (line.raw && !hasBand(line)) drawRaw(frame, line, line.raw, shape);
    for (const line of data.lines) drawLine(frame, line, shape);
  }
  context.restore();
  drawMarks(frame, data.marks, ink);
  context.restore();
}

function usable(value: number, shape: ChartShape): boolean {
  return Number.isFinite(value) && !(shape.log && value <= 0);
}

/** The band between minimum and maximum of the raw values; gaps split it. */
function drawBand(frame: Frame, line: Line, shape: ChartShape): void {
  const { min, max, x } = line;
  if (!min || !max) return;
  const { context, toX, toY } = frame;
  context.fillStyle = line.color;
  context.globalAlpha = 0.2;
  let from = 0;
  while (from < x.length) {
    while (from < x.length && !(usable(min[from], shape) && usable(max[from], shape) && Number.isFinite(x[from]))) from++;
    let to = from;
    while (to < x.length && usable(min[to], shape) && usable(max[to], shape) && Number.isFinite(x[to])) to++;
    if (to > from) {
      context.beginPath();
      for (let i = from; i < to; i++) context.lineTo(toX(x[i]), toY(max[i]));
      for (let i = to - 1; i >= from; i--) context.lineTo(toX(x[i]), toY(min[i]));
      context.closePath();
      context.fill();
    }
    from = to;
  }
  context.globalAlpha = 1;
}

/** Whether a point stands for several steps, so that the band can be seen. */
function hasBand({ min, max }: Line): boolean {
  if (!min || !max) return false;
  for (let i = 0; i < min.length; i++) if (min[i] < max[i]) return true;
  return false;
}

/** The recorded values behind a smoothed line, faintly: where a bucket is one step, the band has no height and this is what shows the noise. */
function drawRaw(frame: Frame, line: Line, raw: ArrayLike<number>, shape: ChartShape): void {
  frame.context.globalAlpha = 0.3;
  drawLine(frame, { ...line, y: raw, dash: undefined, dots: false, width: 1 }, shape);
  frame.context.globalAlpha = 1;
}

function drawLine(frame: Frame, line: Line, shape: ChartShape): void {
  const { context, toX, toY, ratio } = frame;
  context.strokeStyle = line.color;
  context.lineWidth = (line.width ?? 1.75) * ratio;
  context.setLineDash((line.dash ?? []).map((length) => length * ratio));
  context.beginPath();
  let pen = false;
  let drawn = 0;
  for (let i = 0; i < line.x.length; i++) {
    if (!usable(line.y[i], shape) || !Number.isFinite(line.x[i])) {
      pen = false;
      continue;
    }
    if (pen) context.lineTo(toX(line.x[i]), toY(line.y[i]));
    else context.moveTo(toX(line.x[i]), toY(line.y[i]));
    pen = true;
    drawn++;
  }
  context.stroke();
  context.setLineDash([]);
  if (line.dots || drawn === 1) drawDots(frame, line, shape);
}

function drawDots(frame: Frame, line: Line, shape: ChartShape): void {
  const { context, toX, toY, ratio } = frame;
  context.fillStyle = line.color;
  for (let i = 0; i < line.x.length; i++) {
    if (!usable(line.y[i], shape) || !Number.isFinite(line.x[i])) continue;
    context.beginPath();
    context.arc(toX(line.x[i]), toY(line.y[i]), 3.25 * ratio, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Stacked areas. The lines share their x. */
function drawStack(frame: Frame, lines: Line[]): void {
  const { context, toX, toY } = frame;
  if (lines.length === 0) return;
  const x = lines[0].x;
  const below = new Float64Array(x.length);
  const above = new Float64Array(x.length);
  for (const line of lines) {
    for (let i = 0; i < x.length; i++) above[i] = below[i] + (Number.isFinite(line.y[i]) ? line.y[i] : 0);
    context.fillStyle = line.color;
    context.globalAlpha = 0.85;
    context.beginPath();
    for (let i = 0; i < x.length; i++) context.lineTo(toX(x[i]), toY(above[i]));
    for (let i = x.length - 1; i >= 0; i--) context.lineTo(toX(x[i]), toY(below[i]));
    context.closePath();
    context.fill();
    context.globalAlpha = 1;
    below.set(above);
  }
}

/** Rows of words above the curves. */
export const markRows = 2;
export const markRowHeight = 14;

/**
 * Vertical marks with their words above the curves. Overlapping words move up a row. Beyond the last row only the mark is drawn; the list of events has the
 * words.
 */
function drawMarks(frame: Frame, marks: Mark[], ink: Ink): void {
  const { context, toX, ratio } = frame;
  const size = 11 * ratio;
  context.font = `${size}px system-ui, sans-serif`;
  context.textBaseline = 'top';
  context.textAlign = 'left';
  const rowEnds = new Array<number>(markRows).fill(-Infinity);
  for (const mark of [...marks].sort((a, b) => a.x - b.x)) {
    const x = toX(mark.x);
    if (x < frame.left - 1 || x > frame.left + frame.width + 1) continue;
    const color = mark.tone === 'bad' ? ink.bad : mark.tone === 'good' ? ink.good : ink.muted;
    context.strokeStyle = color;
    context.lineWidth = ratio;
    context.setLineDash([3 * ratio, 3 * ratio]);
    context.beginPath();
    context.moveTo(x, frame.top);
    context.lineTo(x, frame.top + frame.height);
    context.stroke();
    context.setLineDash([]);
    const width = context.measureText(mark.label).width;
    const flip = x + width + 6 * ratio > frame.left + frame.width;
    const start = flip ? frame.left + frame.width - width : x;
    const row = rowEnds.findIndex((end) => end < start);
    if (row < 0 || start < frame.left) continue;
    rowEnds[row] = start + width + 6 * ratio;
    const y = frame.top - (row + 1) * markRowHeight * ratio;
    context.fillStyle = color;
    context.fillText(mark.label, start, y);
  }
}
