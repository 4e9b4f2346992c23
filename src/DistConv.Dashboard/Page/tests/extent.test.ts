import { expect, test } from 'vitest';
import { xExtent, yExtent, type ChartData, type ChartShape, type Line } from '../src/charts/model';
import { isLabelled, logTicks } from '../src/charts/ticks';
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

test.each([
  [0.0978, 3.4, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3]],
  [0.11, 0.17, [0.12, 0.14, 0.16]],
  [1.001, 1.009, [1.002, 1.004, 1.006, 1.008]],
  [9.9e-25, 2.1e-24, [1e-24, 2e-24]],
])('a logarithmic axis from %f to %f has ticks', (low, high, ticks) => {
  expect(logTicks(low, high)).toEqual(ticks);
});

test('every logarithmic range has an end and two ticks at least', () => {
  for (let i = 0; i < 2000; i++) {
    const low = 10 ** (-30 + i / 50);
    for (const factor of [1.01, 1.3, 1.5, 7, 1e3, 1e9]) {
      const ticks = logTicks(low, low * factor);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThan(100);
      expect(ticks[0]).toBeGreaterThanOrEqual(low * (1 - 1e-9));
      expect(ticks.at(-1)).toBeLessThanOrEqual(low * factor * (1 + 1e-9));
    }
  }
});

test('1, 2 and 5 carry a number, or all where these are rare', () => {
  expect([1, 2, 3, 4, 5, 6].filter(isLabelled([1, 2, 3, 4, 5, 6]))).toEqual([1, 2, 5]);
  expect([3, 4, null].filter((tick) => tick !== null).filter(isLabelled([3, 4, null]))).toEqual([3, 4]);
});
