import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../src/api/http';
import { useLoad, type Loaded } from '../src/ui/load';

let host: HTMLElement;
let seen: Loaded<string>;

function Probe({ load, dependency }: { load: (signal: AbortSignal) => Promise<string> | null; dependency: number }) {
  seen = useLoad(load, [dependency]);
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  host = document.createElement('div');
});
afterEach(() => {
  render(null, host);
  vi.useRealTimers();
});

const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const show = (load: (signal: AbortSignal) => Promise<string> | null, dependency = 0) => act(() => render(<Probe load={load} dependency={dependency} />, host));

test('useLoad_busyServer_isAskedAgainAfterTheTimeThatItNames', async () => {
  const load = vi.fn(() => Promise.resolve('done'));
  load.mockImplementationOnce(() => Promise.reject(new ApiError(503, 'busy', [], 5)));
  await show(load);
  expect([seen.value, seen.error, load.mock.calls.length]).toEqual([null, null, 1]);
  await pass(4999);
  expect(load.mock.calls.length).toBe(1);
  await pass(1);
  expect([seen.value, seen.error]).toEqual(['done', null]);
});

test('useLoad_otherError_isSaid', async () => {
  await show(() => Promise.reject(new ApiError(404, 'there is no job')));
  await pass(0);
  expect(seen.error?.message).toBe('there is no job');
});

test('useLoad_changedDependency_dropsTheAnswerThatNobodyWaitsFor', async () => {
  let answer: (text: string) => void = () => {};
  const signals: AbortSignal[] = [];
  await show((signal) => (signals.push(signal), new Promise<string>((resolve) => (answer = resolve))), 1);
  await show(() => Promise.resolve('new'), 2);
  answer('old');
  await pass(0);
  expect(seen.value).toBe('new');
  expect(signals[0].aborted).toBe(true);
});
