/** Colours of a picture: r, g, b from 0 to 255 for each pixel. */
export type Shade = (value: number) => [number, number, number];

/** Blue for below 0, near white for 0, red for above; -1 and 1 are the ends. As in the figures of `distconv filters`. */
export function diverging(value: number): [number, number, number] {
  const share = Math.min(1, Math.abs(value));
  const end = value < 0 ? [33, 92, 168] : [178, 34, 40];
  return [247 + (end[0] - 247) * share, 247 + (end[1] - 247) * share, 247 + (end[2] - 247) * share];
}

/** From black over violet and orange to light yellow, as bright as the value; 0 and 1 are the ends. */
export function heat(value: number): [number, number, number] {
  const stops = [
    [8, 8, 24],
    [87, 28, 109],
    [187, 55, 84],
    [249, 142, 9],
    [252, 255, 164],
  ];
  const at = Math.min(0.9999, Math.max(0, value)) * (stops.length - 1);
  const i = Math.floor(at);
  const mix = (c: number) => stops[i][c] + (stops[i + 1][c] - stops[i][c]) * (at - i);
  return [mix(0), mix(1), mix(2)];
}

export function gray(value: number): [number, number, number] {
  const level = Math.min(1, Math.max(0, value)) * 255;
  return [level, level, level];
}

/** Paints one plane of values, row by row, into a canvas of exactly that many pixels. CSS enlarges it without blurring. */
export function paintPlane(canvas: HTMLCanvasElement, values: ArrayLike<number>, offset: number, height: number, width: number, shade: Shade): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    const [r, g, b] = shade(values[offset + i]);
    image.data.set([r, g, b, 255], i * 4);
  }
  context.putImageData(image, 0, 0);
}

/** Paints three planes as red, green and blue, each value from -scale to scale as dark to bright. */
export function paintColors(canvas: HTMLCanvasElement, values: ArrayLike<number>, offset: number, height: number, width: number, scale: number): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  const plane = height * width;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) image.data[i * 4 + c] = 127.5 + (127.5 * values[offset + c * plane + i]) / (scale || 1);
    image.data[i * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** The greatest value of a stretch; 1 if there is none above 0, so that it can be divided by. */
export function peak(values: ArrayLike<number>, from: number, count: number): number {
  let high = 0;
  for (let i = from; i < from + count; i++) high = Math.max(high, values[i]);
  return high || 1;
}
