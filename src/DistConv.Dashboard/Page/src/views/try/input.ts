import { signal } from '@preact/signals';

/** The latest input of a job's network. */
export const lastInput = signal<{ job: string; input: number[] | Blob } | null>(null);

export interface InputShape {
  height: number;
  width: number;
  channels: number;
}

/** The input of the model that a job's specification has. */
export function readInputShape(modelJson: string): InputShape | null {
  try {
    const { input } = JSON.parse(modelJson) as { input?: number[] };
    if (!Array.isArray(input) || input.length < 2) return null;
    return { height: input[0], width: input[1], channels: input[2] ?? 1 };
  } catch {
    return null;
  }
}

/** The smallest rectangle that contains every value above the threshold, in pixels; null if there is none. */
export function bounds(
  values: ArrayLike<number>,
  height: number,
  width: number,
  threshold: number,
): { left: number; top: number; right: number; bottom: number } | null {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] <= threshold) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { left, top, right: right + 1, bottom: bottom + 1 };
}

/** The centre of mass. */
export function center(values: ArrayLike<number>, height: number, width: number): { x: number; y: number } {
  let mass = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < height * width; i++) {
    mass += values[i];
    x += values[i] * ((i % width) + 0.5);
    y += values[i] * (Math.floor(i / width) + 0.5);
  }
  return mass > 0 ? { x: x / mass, y: y / mass } : { x: width / 2, y: height / 2 };
}

/** Repeats one plane for each of the network's channels, channels last. */
export function spread(plane: ArrayLike<number>, channels: number): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < plane.length; i++) for (let c = 0; c < channels; c++) pixels.push(plane[i]);
  return pixels;
}

export function planeOf(context: CanvasRenderingContext2D, height: number, width: number): Float32Array {
  const { data } = context.getImageData(0, 0, width, height);
  const plane = new Float32Array(height * width);
  for (let i = 0; i < plane.length; i++) plane[i] = Math.round(data[i * 4]) / 255;
  return plane;
}

/**
 * Reduces a drawing to the network's input. `fit` prepares it as MNIST's digits were: scaled into a box of 20/28 of the picture, with its centre of mass in
 * the middle.
 */
export function reduceDrawing(source: HTMLCanvasElement, shape: InputShape, fit: boolean): Float32Array | null {
  const from = source.getContext('2d', { willReadFrequently: true });
  const target = document.createElement('canvas');
  target.width = shape.width;
  target.height = shape.height;
  const to = target.getContext('2d', { willReadFrequently: true });
  if (!from || !to) return null;
  to.fillStyle = '#000';
  to.imageSmoothingQuality = 'high';
  const draw = (x: number, y: number, scale: number, left = 0, top = 0, width = source.width, height = source.height) => {
    to.fillRect(0, 0, shape.width, shape.height);
    to.drawImage(source, left, top, width, height, x, y, width * scale, height * scale);
    return planeOf(to, shape.height, shape.width);
  };
  const box = bounds(planeOf(from, source.height, source.width), source.height, source.width, 0.2);
  if (!box) return null;
  if (!fit) return draw(0, 0, Math.min(shape.width / source.width, shape.height / source.height));
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const scale = ((20 / 28) * Math.min(shape.width, shape.height)) / Math.max(width, height);
  const x = (shape.width - width * scale) / 2;
  const y = (shape.height - height * scale) / 2;
  const middle = center(draw(x, y, scale, box.left, box.top, width, height), shape.height, shape.width);
  const moved = { x: x + shape.width / 2 - middle.x, y: y + shape.height / 2 - middle.y };
  return draw(Math.round(moved.x), Math.round(moved.y), scale, box.left, box.top, width, height);
}
