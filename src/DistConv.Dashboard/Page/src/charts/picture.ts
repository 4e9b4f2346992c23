import { titleOf, type ChartData, type ChartShape } from './model';
import type { Ink } from './theme';

/** The chart as a PNG with its title and its legend, as it is seen. */
export function pngOf(source: HTMLCanvasElement, data: ChartData, shape: ChartShape, ink: Ink): Promise<Blob> {
  const ratio = devicePixelRatio;
  const pad = 14 * ratio;
  const row = 18 * ratio;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) return Promise.reject(new Error('This browser does not provide a canvas.'));
  const rows = legendRows(context, data, source.width - pad * 2, ratio);
  canvas.width = source.width + pad;
  canvas.height = source.height + 3 * pad + row * (1 + rows.length);
  context.fillStyle = ink.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'middle';
  context.fillStyle = ink.text;
  context.font = `600 ${15 * ratio}px system-ui, sans-serif`;
  context.fillText(titleOf(shape), pad, pad + row / 2);
  context.drawImage(source, 0, pad + row * 1.4);
  context.font = legendFont(ratio);
  rows.forEach((items, r) => {
    const y = pad + row * 1.4 + source.height + row * (r + 0.5);
    for (const item of items) {
      context.strokeStyle = item.color;
      context.lineWidth = 3 * ratio;
      context.setLineDash((item.dash ?? []).map((length) => length * ratio));
      context.beginPath();
      context.moveTo(pad + item.left, y);
      context.lineTo(pad + item.left + 20 * ratio, y);
      context.stroke();
      context.fillStyle = ink.text;
      context.fillText(item.label, pad + item.left + 26 * ratio, y);
    }
  });
  return blobOf(canvas);
}

export function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser could not write the picture.'))), 'image/png');
  });
}

interface Item {
  label: string;
  color: string;
  dash?: number[];
  left: number;
}

function legendFont(ratio: number): string {
  return `${12 * ratio}px system-ui, sans-serif`;
}

function legendRows(context: CanvasRenderingContext2D, data: ChartData, width: number, ratio: number): Item[][] {
  context.font = legendFont(ratio);
  const rows: Item[][] = [];
  let left = Infinity;
  for (const { label, color, dash } of data.lines) {
    const itemWidth = context.measureText(label).width + 44 * ratio;
    if (left + itemWidth > width) {
      rows.push([]);
      left = 0;
    }
    rows[rows.length - 1].push({ label, color, dash, left });
    left += itemWidth;
  }
  return rows;
}
