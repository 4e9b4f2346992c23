import { afterEach, expect, test, vi } from 'vitest';
import type { JobEvent, JobRow } from '../src/api/types';
import { mergeEpoch, mergeEvent } from '../src/state/curves';
import { parseLive } from '../src/state/live';
import { epoch, job, seriesOf } from './curves.support';

afterEach(() => vi.unstubAllGlobals());

test('accept_steps_growTheCurveAndRepeatedOnesReplace', () => {
  const curves = job(20);
  curves.accept({
    type: 'steps',
    job: 'a',
    columns: ['loss', 'samples'],
    rows: [
      [20, 6000, 9, 128],
      [21, 6001, 0.05, 96],
    ],
  });
  expect(curves.overview.length).toBe(21);
  expect(curves.overview.columns.get('loss')?.last.slice(-2)).toEqual([9, 0.05]);
  expect(curves.overview.samples.slice(-2)).toEqual([2560, 2656]);
  expect(curves.version.value).toBe(1);
});

test('accept_eventOfAnotherJob_changesNothing', () => {
  const curves = job(20);
  curves.accept({ type: 'steps', job: 'b', columns: ['loss'], rows: [[21, 0, 1]] });
  expect(curves.overview.length).toBe(20);
});

test('accept_status_updatesTheRow', () => {
  vi.stubGlobal('fetch', () => new Promise<Response>(() => {}));
  const curves = job(20);
  curves.accept({ type: 'status', job: 'a', row: { state: 'paused', step: 20 } as JobRow });
  expect(curves.detail.value?.row).toMatchObject({ id: 'a', state: 'paused', step: 20 });
});

test('accept_statusOfAnExtendedJob_readsTheJobAgain', async () => {
  const curves = job(20);
  const extended = { ...curves.detail.value, status: { stepsPerEpoch: 10, epochCount: 5 } };
  const fetch = vi.fn((_: string) => Promise.resolve(new Response(JSON.stringify(extended))));
  vi.stubGlobal('fetch', fetch);
  curves.accept({ type: 'status', job: 'a', row: { step: 21 } as JobRow });
  expect(fetch).not.toHaveBeenCalled();
  curves.accept({ type: 'status', job: 'a', row: { step: 21, totalSteps: 50 } as JobRow });
  await vi.waitFor(() => expect(curves.detail.value?.status.epochCount).toBe(5));
});

test('accept_resync_reloadsTheSeries', () => {
  const fetch = vi.fn((_: string) => new Promise<Response>(() => {}));
  vi.stubGlobal('fetch', fetch);
  job(20).accept({ type: 'resync', job: 'a' });
  expect(fetch.mock.calls[0][0]).toMatch(/^api\/v1\/jobs\/a\/series\?/);
});

test('accept_stepsWhileTheSeriesIsRead_areNotLost', async () => {
  let answer: (response: Response) => void = () => {};
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)));
  const curves = job(20);
  const reloading = curves.reload();
  curves.accept({ type: 'steps', job: 'a', columns: ['loss', 'samples'], rows: [[21, 6001, 0.05, 128]] });
  answer(new Response(seriesOf(20)));
  await reloading;
  expect(curves.overview.lastStep).toBe(21);
  expect(curves.overview.columns.get('loss')?.last[20]).toBe(0.05);
  expect(curves.error.value).toBeNull();
});

test('accept_anHourOfUpdates_keepsABoundedNumberOfPoints', () => {
  vi.stubGlobal('fetch', () => new Promise<Response>(() => {}));
  const curves = job(20);
  for (let step = 21; step <= 60_000; step += 20) {
    const rows = Array.from({ length: 20 }, (_, i) => [step + i, step + i, 1, 128]);
    curves.accept({ type: 'steps', job: 'a', columns: ['loss', 'samples'], rows });
    curves.accept({ type: 'event', job: 'a', entry: { step, time: String(step), kind: 'snapshot', text: 'written' } });
  }
  expect(curves.overview.length).toBeLessThanOrEqual(curves.overview.limit);
  expect(curves.events.value.length).toBeLessThanOrEqual(1000);
});

test('mergeEpoch_repeatedEpoch_isReplaced', () => {
  expect(mergeEpoch([epoch(1), epoch(2)], epoch(2, 0.25)).map((one) => one.testLoss)).toEqual([1, 0.25]);
});

test('mergeEvent_sameEvent_isThereOnce', () => {
  const entry: JobEvent = { step: 1, time: 't', kind: 'hedge', text: 'shard 3' };
  expect(mergeEvent([entry], { ...entry })).toHaveLength(1);
  expect(mergeEvent([entry], { ...entry, text: 'shard 4' })).toHaveLength(2);
});

test('parseLive_unknownEvent_isLeftOut', () => {
  expect(parseLive({ event: 'later', data: '{}', id: '' })).toBeNull();
  expect(parseLive({ event: 'snapshot', data: '{"job":"a","step":7}', id: '' })).toEqual({ type: 'snapshot', job: 'a', step: 7 });
});
