import { expect, test } from 'vitest';
import type { EventKind } from '../src/api/types';
import { JobCurves } from '../src/state/curves';
import type { Points } from '../src/state/points';
import { AxisMap } from '../src/views/job/axis';
import { accuracyCurves, epochLines, eventMarks, hasAccuracy, latestEvents, lossCurves, normLines, phaseLines, stepLines, throughputLines } from '../src/views/job/lines';
import { judge } from '../src/views/job/verdict';
import { moveWindow, spanOf } from '../src/views/job/ZoomBar';
import { epoch, job, ofNumbers, plain } from './curves.support';

test('AxisMap_everyAxis_translatesStepsBothWays', () => {
  const curves = job(20);
  expect(new AxisMap(curves, 'epoch').ofStep(15)).toBe(1.5);
  expect(new AxisMap(curves, 'samples').ofStep(10)).toBe(1280);
  expect(new AxisMap(curves, 'time').ofStep(10)).toBe(18);
  expect(new AxisMap(curves, 'time').toSteps([8, 18])).toEqual({ from: 4, to: 11 });
  expect(new AxisMap(curves, 'step').toSteps([5, 8], 3)).toEqual({ from: 1, to: 9 });
});

test('AxisMap_timeOfARepeatedStep_neverGoesBack', () => {
  const curves = job(3);
  curves.overview.add(2, 9000, 256, new Map());
  expect([...Array.from(new AxisMap(curves, 'time').ofPoints(curves.overview))]).toEqual([0, 3998, 3998]);
});

test('stepLines_smoothing_keepsTheRecordBeside', () => {
  const [line] = stepLines([job(20)], 'loss', 'training', { ...plain, smoothing: 5 });
  expect(line.label).toBe('training');
  expect(line.raw?.[1]).toBe(1);
  expect(line.y[1]).not.toBe(1);
  expect(line.max?.[1]).toBe(1);
});

test('lines_severalJobs_areNamedAndHaveTheirOwnHue', () => {
  const lines = [...stepLines([job(20), job(10, 'b')], 'loss', 'training', plain), ...epochLines([job(20), job(10, 'b')], lossCurves, plain)];
  expect(lines.map((line) => line.label)).toEqual(['a training', 'b training', 'a held-out', 'b held-out']);
  expect(lines[0].color).toBe(lines[2].color);
  expect(lines[0].color).not.toBe(lines[1].color);
});

test('lines_jobOfNumbers_hasNoAccuracyAndKeepsItsPlace', () => {
  const numbers = job(20);
  numbers.detail.value = { ...numbers.detail.value!, figures: ofNumbers };
  const jobs = [numbers, job(20, 'b')];
  const lines = [...stepLines(jobs, 'accuracy', 'training', plain, hasAccuracy), ...epochLines(jobs, accuracyCurves, plain, hasAccuracy)];
  expect(lines.map((line) => line.label)).toEqual(['b training', 'b held-out']);
  expect(lines[0].color).toBe(stepLines(jobs, 'loss', 'training', plain)[1].color);
});

test('lines_otherFigures_comeFromTheRecord', () => {
  expect(throughputLines([job(20)], plain)[0].y[3]).toBe(256);
  expect(phaseLines(job(20), plain).map((line) => line.label)).toEqual(['compute', 'update']);
  const [norm] = normLines(job(20), 'gradientNorm', plain);
  expect([norm.label, Array.from(norm.x), Array.from(norm.y)]).toEqual(['conv1', [10, 20], [10, 20]]);
});

test('eventMarks_frequentEvents_areLeftToTheList', () => {
  const curves = job(20);
  curves.events.value = [
    { step: 5, time: 't', kind: 'snapshot', text: 'x' },
    { step: 6, time: 't', kind: 'siloLost', text: 'x' },
  ];
  expect(eventMarks(curves, 'step')).toEqual([{ x: 6, label: 'silo lost', tone: 'bad' }]);
});

test('latestEvents_manySnapshots_pushNoRareEventOut', () => {
  const at = (step: number, kind: EventKind) => ({ step, time: 't', kind, text: `${kind} ${step}` });
  const events = [at(1, 'started'), at(2, 'siloLost'), ...Array.from({ length: 50 }, (_, i) => at(3 + i, i % 2 ? 'snapshot' : 'evaluation'))];
  expect(latestEvents(events, 6).map((event) => event.step)).toEqual([52, 51, 50, 49, 2, 1]);
  const rare = Array.from({ length: 20 }, (_, i) => at(60 + i, 'retry'));
  expect(latestEvents([...events, ...rare], 6).map((event) => event.step)).toEqual([79, 78, 52, 51, 50, 49]);
  expect(latestEvents(events.slice(0, 2), 6).map((event) => event.kind)).toEqual(['siloLost', 'started']);
});

function pointsOf(loss: (step: number) => number, steps = 400): Points {
  const curves = job(steps);
  curves.overview.columns.set('loss', { min: [], max: [], last: curves.overview.x.map(loss) });
  return curves.overview;
}

const noise = (step: number) => 0.05 * Math.sin(step * 12.9898);

test('judge_courseOfTheLoss_isInAWord', () => {
  expect(
    judge(
      pointsOf((step) => 2 * Math.exp(-step / 200)),
      [],
    ).word,
  ).toBe('Learning');
  expect(
    judge(
      pointsOf((step) => 0.5 + 2 * Math.exp(-step / 20) + noise(step)),
      [],
    ).word,
  ).toBe('Level');
  expect(
    judge(
      pointsOf((step) => 2.3 + noise(step)),
      [],
    ).word,
  ).toBe('Not learning');
  expect(
    judge(
      pointsOf((step) => 0.5 + step / 400 + noise(step)),
      [],
    ).word,
  ).toBe('Rising');
  expect(
    judge(
      pointsOf(() => 1, 10),
      [],
    ).word,
  ).toBe('Too early to tell');
});

test('judge_heldOutLossThatRisesAgain_isMentioned', () => {
  expect(
    judge(
      pointsOf(() => 1),
      [epoch(1, 0.5), epoch(2, 0.9)],
    ).text,
  ).toContain('lowest after epoch 1 (0.5000; now 0.9000)');
  expect(
    judge(
      pointsOf(() => 1),
      [epoch(1, 0.5), epoch(2, 0.4)],
    ).text,
  ).not.toContain('lowest');
});

test('spanOf_severalJobs_coversAll', () => {
  expect(spanOf([job(20), job(40, 'b')], 'step')).toEqual([1, 40]);
  expect(spanOf([job(20)], 'samples')).toEqual([128, 2560]);
  expect(spanOf([new JobCurves('empty')], 'step')).toBeNull();
});

test('moveWindow_buttons_stayInsideTheSpan', () => {
  expect(moveWindow(null, [0, 100], 0.5, 0)).toEqual([25, 75]);
  expect(moveWindow([25, 75], [0, 100], 2, 0)).toBeNull();
  expect(moveWindow([25, 75], [0, 100], 1, 0.5)).toEqual([50, 100]);
  expect(moveWindow([50, 100], [0, 100], 1, 0.5)).toEqual([50, 100]);
  expect(moveWindow([10, 20], [0, 100], 1, -0.5)).toEqual([5, 15]);
});
