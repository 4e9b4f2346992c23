import { expect, test } from 'vitest';
import { xExtent, yExtent, type ChartData, type ChartShape, type Line } from '../src/charts/model';
import { smooth } from '../src/charts/smooth';

const shape: ChartShape = { title: 'Learning rate', xLabel: 'step', formatX: String, formatY: String };

function chart(y: ArrayLike<number>, window: [number, number] | null = null): ChartData {
  const line: Line = { key: 'line', label: 'line', color: 'black', x: Float64Array.from({ length: y.length }, (_, i) => i + 1), y };
  return { lines: [line], marks: [], window };
}

test('the axis of a smoothed constant has room for ticks', () => {
  const rate = new Float64Array(192).fill(Math.fround(0.001));
  const x = Float64Array.from(rate, (_, i) => i + 1);
  const smoothed = smooth(x, rate, 5);
  expect(new Set(smoothed).size).toBeGreaterThan(1); // The last digits move.

  const [low, high] = yExtent(chart(smoothed), shape, [1, 192]);

  expect(low).toBeCloseTo(0.0009, 6);
  expect(high).toBeCloseTo(0.0011, 6);
});

test('values that differ in a recorded digit keep their own range', () => {
  const [low, high] = yExtent(chart([1, 1.0001]), shape, [1, 2]);

  expect(high - low).toBeCloseTo(0.000112, 9);
});

test('a window narrower than rounding is widened', () => {
  expect(xExtent(chart([1, 2], [7, 7 + 1e-12]))).toEqual([6.5, 7.5 + 1e-12]);
  expect(xExtent(chart([1, 2], [7, 7.5]))).toEqual([7, 7.5]);
});
