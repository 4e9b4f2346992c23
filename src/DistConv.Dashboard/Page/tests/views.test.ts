import { expect, test } from 'vitest';
import type { JobRow, Kernels, MachineJob } from '../src/api/types';
import { measure, sortFilters } from '../src/views/filters/arrange';
import { commandsFor } from '../src/views/jobs/JobActions';
import { arrange, matches, readSettings, sortRows } from '../src/views/jobs/list';
import { parseTags } from '../src/views/job/Labels';
import { blocksOf, isSilent, laneWindow, orderLanes } from '../src/views/machines/lanes';
import { buildTree, owners, subtrees } from '../src/views/machines/tree';
import { bounds, center, readInputShape, spread } from '../src/views/try/input';
import { LatestOnly } from '../src/views/try/latest';
import { describeSnapshot, findSnapshot } from '../src/ui/snapshots';

const row = (id: string, more: Partial<JobRow> = {}): JobRow => ({
  id,
  state: 'done',
  model: 'keras1',
  data: 'mnist',
  optimizer: 'adam',
  step: 10,
  totalSteps: 10,
  epochs: 1,
  warnings: [],
  spark: [],
  silos: 1,
  tags: [],
  note: '',
  ...more,
});

test('sortRows_missingValues_comeLastInEitherDirection', () => {
  const rows = [row('a', { loss: 2 }), row('b'), row('c', { loss: 1 })];
  expect(sortRows(rows, 'loss', false).map((one) => one.id)).toEqual(['c', 'a', 'b']);
  expect(sortRows(rows, 'loss', true).map((one) => one.id)).toEqual(['a', 'c', 'b']);
});

test('matches_everyWord_hasToOccur', () => {
  expect(matches(row('a', { optimizer: 'sgd' }), 'MNIST sgd')).toBe(true);
  expect(matches(row('a'), 'mnist sgd')).toBe(false);
  expect(matches(row('a'), '')).toBe(true);
});

test('matches_tagsAndNote_areSearched', () => {
  const labelled = row('a', { tags: ['baseline'], note: 'The one to beat' });
  expect(matches(labelled, 'baseline BEAT')).toBe(true);
  expect(matches(labelled, 'baselines')).toBe(false);
});

test('parseTags_spacesAndCommas_separateAndRepeatsGo', () => {
  expect(parseTags(' a, b  a\n')).toEqual(['a', 'b']);
  expect(parseTags('  ')).toEqual([]);
});

test('arrange_group_splitsTheList', () => {
  const groups = arrange([row('a', { state: 'running' }), row('b'), row('c')], readSettings({ group: 'state', sort: 'id' }));
  expect(groups.map((group) => [group.name, group.rows.map((one) => one.id)])).toEqual([
    ['done', ['b', 'c']],
    ['running', ['a']],
  ]);
});

test('readSettings_nonsense_isTheDefault', () => {
  expect(readSettings({ sort: 'bogus', group: 'moon' })).toEqual({ filter: '', sort: 'updatedAt', descending: false, group: 'none' });
});

test('commandsFor_everyState_offersWhatMakesSense', () => {
  expect(commandsFor('running')).toEqual(['pause', 'cancel']);
  expect(commandsFor('paused')).toEqual(['resume', 'cancel']);
  expect(commandsFor('failed')).toEqual(['resume']);
  expect(commandsFor('done')).toEqual([]);
});

const step = (number: number, start: number) => ({ step: number, start, compute: 3, exchange: 1, reduce: 0, update: 1 });
const machine: MachineJob = {
  id: 'a',
  step: 9,
  silos: [],
  lanes: [
    { silo: 's1', shard: 0, steps: [step(1, 0), step(2, 5), step(9, 40)] },
    { silo: 's2', shard: 1, steps: [step(1, 0)] },
    { silo: 's1', shard: 1, steps: [step(2, 5), step(9, 40)] },
    { silo: 's1', shard: 2, steps: [step(9, 40)] },
  ],
};

test('owners_shardThatMoved_belongsToItsNewestSilo', () => {
  expect([...owners(machine)]).toEqual([
    [0, 's1'],
    [1, 's1'],
    [2, 's1'],
  ]);
});

test('owners_withoutLanes_areAsTheJobSays', () => {
  expect([...owners({ ...machine, lanes: [], silos: [{ silo: 's3', shards: [1, 0] }] })]).toEqual([
    [1, 's3'],
    [0, 's3'],
  ]);
});

test('buildTree_width_splitsAtTheLargestPowerOfTwoBelowIt', () => {
  const split = (count: number) => buildTree(new Map(), 0, count).children.map((child) => [child.start, child.count]);
  expect(split(8)).toEqual([
    [0, 4],
    [4, 4],
  ]);
  expect(split(7)).toEqual([
    [0, 4],
    [4, 3],
  ]);
  expect(split(5)).toEqual([
    [0, 4],
    [4, 1],
  ]);
  expect(split(3)).toEqual([
    [0, 2],
    [2, 1],
  ]);
});

test('subtrees_twoSilos_areTheLargestNodesOfEach', () => {
  const owner = new Map([0, 1, 2, 3, 4, 5].map((shard) => [shard, shard < 3 ? 'x' : 'y']));
  expect(subtrees(buildTree(owner, 0, 6)).map((node) => [node.start, node.count, node.silo])).toEqual([
    [0, 2, 'x'],
    [2, 1, 'x'],
    [3, 1, 'y'],
    [4, 2, 'y'],
  ]);
});

test('lanes_silentOnes_areFoundAndStandBeforeTheirSuccessor', () => {
  expect(orderLanes(machine.lanes).map((lane) => `${lane.shard}${lane.silo}`)).toEqual(['0s1', '1s2', '1s1', '2s1']);
  expect(machine.lanes.map((lane) => isSilent(lane, machine))).toEqual([false, true, false, false]);
});

test('laneWindow_newestSteps_isTheirTime', () => {
  expect(laneWindow(machine, 1)).toEqual([40, 45]);
  expect(laneWindow(machine, 12)).toEqual([0, 45]);
  expect(laneWindow({ ...machine, lanes: [] }, 12)).toBeNull();
});

test('blocksOf_phases_followEachOther', () => {
  expect(blocksOf(step(1, 10))).toEqual([
    { phase: 'compute', start: 10, end: 13 },
    { phase: 'exchange', start: 13, end: 14 },
    { phase: 'update', start: 14, end: 15 },
  ]);
});

const kernels: Kernels = { layer: 'conv1', step: 5, kernelHeight: 1, kernelWidth: 2, inChannels: 1, outChannels: 2, kernels: '', scale: 1 };
const words = (index: number, name: string, confidence: number) => ({ index, name, confidence, isStructured: true, sentence: '' });

test('measure_normAndMovement_comeFromTheWeights', () => {
  const [first, second] = measure(new Float32Array([3, 4, 0, 1]), new Float32Array([0, 5, 0, 1]), kernels, []);
  expect(first.norm).toBe(5);
  expect(first.moved).toBeCloseTo(Math.sqrt(10) / 5, 6);
  expect(second.moved).toBe(0);
});

test('sortFilters_everyChoice_ordersThem', () => {
  const items = measure(new Float32Array([3, 4, 0, 1]), null, kernels, [words(0, 'mixed', 0.5), words(1, 'edge', 0.9)]);
  const order = (sort: Parameters<typeof sortFilters>[1]) => sortFilters(items, sort).map((item) => item.index);
  expect([order('index'), order('name'), order('confidence'), order('norm')]).toEqual([
    [0, 1],
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
});

test('findSnapshot_addressWithoutAStep_isTheNewest', () => {
  const rows = [
    { step: 0, isBest: false, isLast: false, isWhole: true },
    { step: 40, isBest: true, isLast: true, isWhole: true, epoch: 1 },
  ];
  expect([findSnapshot(rows, undefined), findSnapshot(rows, '0'), findSnapshot(rows, '77')]).toEqual([1, 0, 1]);
  expect(rows.map(describeSnapshot)).toEqual(['step 0 (untrained)', 'step 40 (epoch 1, best, newest)']);
});

test('input_drawing_isMeasured', () => {
  const plane = [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0];
  expect(bounds(plane, 3, 4, 0.5)).toEqual({ left: 1, top: 1, right: 3, bottom: 3 });
  expect(bounds([0, 0], 1, 2, 0.5)).toBeNull();
  expect(center([0, 0, 0, 1], 2, 2)).toEqual({ x: 1.5, y: 1.5 });
  expect(spread([0.5, 1], 3)).toEqual([0.5, 0.5, 0.5, 1, 1, 1]);
});

test('readInputShape_modelJson_hasIt', () => {
  expect(readInputShape('{"input":[28,28,1]}')).toEqual({ height: 28, width: 28, channels: 1 });
  expect(readInputShape('{"input":[28,28]}')).toEqual({ height: 28, width: 28, channels: 1 });
  expect([readInputShape('{}'), readInputShape('no json')]).toEqual([null, null]);
});

test('LatestOnly_whileBusy_sendsOnlyTheLatest', async () => {
  const sent: number[] = [];
  const done: number[] = [];
  const release: (() => void)[] = [];
  const send = (input: number) => {
    sent.push(input);
    return new Promise<number>((resolve) => release.push(() => resolve(input)));
  };
  const queue = new LatestOnly<number, number>(
    send,
    (answer) => done.push(answer),
    () => {},
  );
  for (const input of [1, 2, 3, 4]) queue.give(input);
  release[0]();
  await new Promise((resolve) => setTimeout(resolve, 0));
  release[1]();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(sent).toEqual([1, 4]);
  expect(done).toEqual([1, 4]);
});
