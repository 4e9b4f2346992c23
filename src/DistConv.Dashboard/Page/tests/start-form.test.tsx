import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Info } from '../src/api/types';
import { info } from '../src/state/jobs';
import { assignProblems, emptyForm, readForm } from '../src/views/jobs/start-form';
import { StartView } from '../src/views/jobs/StartView';

const known: Info = {
  version: '1.0',
  source: { kind: 'embedded', name: './distconv-jobs' },
  canStart: true,
  needsTokenToRead: false,
  models: [{ name: 'keras1-mnist-cnn', input: [28, 28, 1] }],
  datasets: ['digits', 'mnist'],
  optimizers: ['adam', 'sgd'],
  schedules: ['cosine'],
  losses: ['categorical_crossentropy', 'binary_crossentropy'],
};
const form = { ...emptyForm(known), epochs: '3', learningRate: '0.01', optimizer: 'sgd' };

test('readForm_emptyFields_leaveTheChoiceToDistConv', () => {
  expect(readForm(emptyForm(known))).toEqual({ request: { data: 'digits', model: 'keras1-mnist-cnn' }, problems: [] });
});

test('readForm_filledFields_areNumbersAndNames', () => {
  expect(readForm(form).request).toEqual({ data: 'digits', model: 'keras1-mnist-cnn', epochs: 3, learningRate: 0.01, optimizer: 'sgd' });
});

test('readForm_lossSettings_areSentAsTheyAre', () => {
  const { request } = readForm({ ...form, loss: 'mean_squared_error', labelSmoothing: '0.1', classWeights: ' cats:1,dogs:2 ', augmentation: 'flip' });
  expect([request?.loss, request?.labelSmoothing, request?.classWeights, request?.augmentation]).toEqual([
    'mean_squared_error',
    0.1,
    'cats:1,dogs:2',
    'flip',
  ]);
});

test('readForm_severalMistakes_areAllReportedAtOnce', () => {
  const { request, problems } = readForm({ ...form, epochs: 'two', batch: '1.5', learningRate: '1e', seed: '-1' });
  expect(request).toBeNull();
  expect(problems.map((problem) => problem.setting)).toEqual(['epochs', 'batch', 'learningRate', 'seed']);
  expect(problems[0].problem).toBe('is “two”; it has to be a whole number, at least 1');
});

test('assignProblems_settingsOfTheServer_findTheirFields', () => {
  const { fields, general } = assignProblems([
    { setting: 'optimizer.learningRate', problem: 'is 5' },
    { setting: 'globalBatch', problem: 'is 0' },
    { setting: 'schedule.factor', problem: 'is 2' },
    { setting: 'numericsVersion', problem: 'is 0' },
    { setting: '', problem: 'the store is full' },
  ]);
  expect(fields).toEqual({ learningRate: ['optimizer.learningRate is 5'], batch: ['globalBatch is 0'], schedule: ['schedule.factor is 2'] });
  expect(general).toEqual(['numericsVersion is 0', 'the store is full']);
});

test('readForm_dataInAFolder_needsTheFolder', () => {
  const folder = { ...form, data: 'images:DIR' };
  expect(readForm(folder).problems[0]).toMatchObject({ setting: 'directory' });
  expect(readForm({ ...folder, directory: ' /pictures/cats ' }).request?.data).toBe('images:/pictures/cats');
});

test('readForm_modelOfAFile_needsTheFile', () => {
  expect(readForm({ ...form, model: 'file' }).problems[0]).toMatchObject({ setting: 'model' });
  const { request } = readForm({ ...form, model: 'file', modelJson: '{"layers":[]}' });
  expect([request?.model, request?.modelJson]).toEqual([undefined, '{"layers":[]}']);
});

let host: HTMLElement;
beforeEach(() => {
  info.value = known;
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
  vi.unstubAllGlobals();
});

async function show(): Promise<void> {
  await act(() => render(<StartView />, host));
}

async function type(name: string, value: string): Promise<void> {
  const input = host.querySelector<HTMLInputElement>(`#start-${name}`);
  if (!input) throw new Error(`There is no field ${name}.`);
  input.value = value;
  await act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}

async function submit(): Promise<void> {
  await act(async () => {
    host.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}

test('StartView_mistakeInTheForm_isSaidAtTheFieldAndAboveAndNothingIsSent', async () => {
  const fetch = vi.fn();
  vi.stubGlobal('fetch', fetch);
  await show();
  await type('epochs', 'two');
  await submit();
  const input = host.querySelector('#start-epochs');
  expect(input?.getAttribute('aria-invalid')).toBe('true');
  expect(input?.getAttribute('aria-describedby')).toContain('start-epochs-problem');
  expect(host.querySelector('#start-epochs-problem')?.textContent).toBe('epochs is “two”; it has to be a whole number, at least 1');
  expect(host.querySelector('[role=alert]')?.textContent).toContain('One setting is invalid');
  expect(document.activeElement).toBe(host.querySelector('[role=alert]'));
  expect(fetch).not.toHaveBeenCalled();
});

test('StartView_losses_areThoseOfTheServer', async () => {
  await show();
  expect([...host.querySelectorAll('#start-loss option')].map((option) => option.textContent)).toEqual(['by default', ...known.losses]);
});

test('StartView_problemsOfTheServer_standAtTheirFields', async () => {
  const problem = { title: 'Invalid', detail: 'x', status: 400, problems: [{ setting: 'optimizer.learningRate', problem: 'is 7; it has to be at most 1' }] };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(problem), { status: 400 })));
  await show();
  await type('learningRate', '7');
  await submit();
  expect(host.querySelector('#start-learningRate-problem')?.textContent).toBe('optimizer.learningRate is 7; it has to be at most 1');
});

test('StartView_plan_isShownBeforeAJobCanBeStarted', async () => {
  const plan = {
    summary: ['938 steps'],
    settings: [{ name: 'optimizer', value: 'adam', reason: 'not given' }],
    totalSteps: 938,
    stepsPerEpoch: 469,
    parameters: 600810,
    memoryBytes: 84e6,
    warnings: ['the data set is small'],
  };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(plan), { status: 200 })));
  await show();
  const start = () => [...host.querySelectorAll('button')].find((button) => button.textContent === 'Start the job');
  expect(start()?.disabled).toBe(true);
  await submit();
  expect(start()?.disabled).toBe(false);
  expect(host.textContent).toContain('938 steps');
  expect(host.textContent).toContain('the data set is small');
  await type('epochs', '5');
  expect(start()?.disabled).toBe(true);
});
