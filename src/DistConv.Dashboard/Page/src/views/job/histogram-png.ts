import type { Histogram } from '../../api/types';
import type { Ink } from '../../charts/theme';
import { blobOf } from '../../charts/picture';
import { formatValue } from '../../ui/format';

const width = 300;
const height = 120;
const pad = 24;
const across = 3;

/** The histograms of all layers as one picture. */
export function histogramPng(layers: Histogram[], title: string, ink: Ink): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const cellHeight = height + 2 * pad;
  canvas.width = across * (width + pad) + pad;
  canvas.height = pad * 2 + Math.ceil(layers.length / across) * cellHeight;
  const context = canvas.getContext('2d');
  if (!context) return Promise.reject(new Error('This browser does not provide a canvas.'));
  context.fillStyle = ink.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = ink.text;
  context.font = '600 15px system-ui, sans-serif';
  context.fillText(title, pad, pad);
  context.font = '12px system-ui, sans-serif';
  layers.forEach((layer, n) => {
    const left = pad + (n % across) * (width + pad);
    const top = 2 * pad + Math.floor(n / across) * cellHeight;
    const highest = Math.max(1, ...layer.counts);
    const bar = width / layer.counts.length;
    context.fillStyle = ink.text;
    context.fillText(`${layer.name}, ${formatValue(layer.min)} to ${formatValue(layer.max)}`, left, top + 12);
    context.fillStyle = ink.muted;
    layer.counts.forEach((count, i) => {
      const size = (count / highest) * height;
      context.fillRect(left + i * bar, top + pad + height - size, bar, size);
    });
  });
  return blobOf(canvas);
}
