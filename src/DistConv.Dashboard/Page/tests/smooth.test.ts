import { expect, test } from 'vitest';
import { smooth } from '../src/charts/smooth';

test('smooth_noHalfLife_isTheRecord', () => {
  expect([...smooth([1, 2, 3], [5, 1, 4], 0)]).toEqual([5, 1, 4]);
});

test('smooth_constant_staysConstantFromTheFirstPoint', () => {
  for (const value of smooth([1, 2, 3, 50], [2, 2, 2, 2], 10)) expect(value).toBeCloseTo(2, 12);
});

test('smooth_afterOneHalfLife_thePastWeighsHalf', () => {
  const x = Array.from({ length: 2000 }, (_, i) => i);
  const y = x.map((step) => (step < 1000 ? 0 : 1));
  expect(smooth(x, y, 20)[1019]).toBeCloseTo(0.5, 6);
});

test('smooth_otherResolution_givesTheSameCurve', () => {
  const fine = Array.from({ length: 4001 }, (_, i) => i);
  const coarse = fine.filter((step) => step % 10 === 0);
  const curve = (step: number) => Math.exp(-step / 800);
  const a = smooth(fine, fine.map(curve), 100);
  const b = smooth(coarse, coarse.map(curve), 100);
  coarse.forEach((step, i) => {
    if (step > 500) expect(Math.abs(b[i] - a[step]) / a[step]).toBeLessThan(0.01);
  });
});

test('smooth_unevenDistances_weighPointsByTheStretchTheyStandFor', () => {
  const result = smooth([0, 100, 101], [0, 1, 1], 100);
  expect(result[1]).toBeCloseTo(0.5 / (0.5 + 0.5 * 0.5), 9);
});

test('smooth_gaps_stayGapsAndDoNotSpread', () => {
  const result = smooth([1, 2, 3], [1, NaN, 1], 5);
  expect(result[1]).toBeNaN();
  expect(result[2]).toBeCloseTo(1, 12);
});
