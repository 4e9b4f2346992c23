import { expect, test } from 'vitest';
import { lowerBound, Points } from '../src/state/points';

function block(x: number[], min: number[], max: number[], last: number[]) {
  const columns = new Map([['loss', { min: Float32Array.from(min), max: Float32Array.from(max), last: Float32Array.from(last) }]]);
  const time = Float64Array.from(x, (step) => 1000 + step);
  const samples = Float64Array.from(x, (step) => step * 128);
  return { x: Float64Array.from(x), time, samples, columns, cursor: '', firstStep: 1, lastStep: x[x.length - 1], steps: x.length };
}

const add = (points: Points, step: number, loss: number) => points.add(step, 1000 + step, step * 128, new Map([['loss', loss]]));
const loss = (points: Points) => points.columns.get('loss') ?? { min: [], max: [], last: [] };

test('add_newStep_isAppended', () => {
  const points = Points.from(block([1, 2], [3, 2], [3, 2], [3, 2]));
  add(points, 3, 1);
  expect(points.x).toEqual([1, 2, 3]);
  expect(loss(points).last).toEqual([3, 2, 1]);
  expect(points.samples).toEqual([128, 256, 384]);
});

test('add_repeatedStep_replacesItsPoint', () => {
  const points = Points.from(block([1, 2, 3], [3, 2, 9], [3, 2, 9], [3, 2, 9]));
  add(points, 3, 1);
  add(points, 2, 5);
  expect(points.x).toEqual([1, 2, 3]);
  expect(loss(points)).toEqual({ min: [3, 5, 1], max: [3, 5, 1], last: [3, 5, 1] });
});

test('add_stepInsideABucket_widensItsBandAndKeepsItsLast', () => {
  const points = Points.from(block([10, 20], [2, 1], [4, 3], [2, 2]));
  add(points, 15, 0.5);
  add(points, 20, 6);
  expect(points.x).toEqual([10, 20]);
  expect(loss(points)).toEqual({ min: [2, 0.5], max: [4, 6], last: [2, 6] });
});

test('add_columnThatTheRowLacks_isAGapAtANewPointAndUnchangedAtAnOldOne', () => {
  const points = Points.from(block([1], [3], [3], [3]));
  points.add(1, 0, 0, new Map());
  points.add(2, 0, 0, new Map());
  expect(loss(points).last).toEqual([3, NaN]);
});

test('add_moreThanTheLimit_mergesNeighboursAndLosesNoSpike', () => {
  const points = Points.from(block([1], [1], [1], [1]), 100);
  for (let step = 2; step <= 100_000; step++) add(points, step, step === 50_001 ? 1000 : step === 70_000 ? -5 : 1 / step);
  expect(points.length).toBeLessThanOrEqual(100);
  expect(points.coalesced).toBe(true);
  expect(Math.max(...loss(points).max)).toBe(1000);
  expect(Math.min(...loss(points).min)).toBe(-5);
  expect(points.lastStep).toBe(100_000);
  expect(loss(points).last[points.length - 1]).toBe(1 / 100_000);
  expect([...points.x].sort((a, b) => a - b)).toEqual(points.x);
});

test('from_bucketsWithoutAStep_leavesThemOut', () => {
  const points = Points.from(block([1, NaN, 3], [1, NaN, 3], [1, NaN, 3], [1, NaN, 3]));
  expect(points.x).toEqual([1, 3]);
  expect(loss(points).last).toEqual([1, 3]);
});

test('lowerBound_anyValue_isTheFirstAtOrAfter', () => {
  expect([0, 1, 2, 3, 4, 9].map((value) => lowerBound([1, 3, 3, 5], value))).toEqual([0, 0, 1, 1, 3, 4]);
});
