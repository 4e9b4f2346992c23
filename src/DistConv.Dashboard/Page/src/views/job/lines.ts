import type { EpochMetrics, JobEvent } from '../../api/types';
import type { Line, Mark } from '../../charts/model';
import { smooth } from '../../charts/smooth';
import { strokeOf } from '../../charts/theme';
import type { JobCurves } from '../../state/curves';
import type { Points } from '../../state/points';
import { AxisMap, type Axis } from './axis';

export interface LineSettings {
  axis: Axis;
  /** Half-life of the smoothing in steps; 0: none. */
  smoothing: number;
  dark: boolean;
}

/** Of jobs side by side, those that have a figure; the others keep their hue. */
export type Has = (job: JobCurves) => boolean;

/** Samples that have numbers are not right or wrong, so their jobs have no accuracy. */
export const hasAccuracy: Has = (job) => job.detail.value?.figures.accuracy != null;

/** The curves of one column, a line for each job, with the band of raw values. */
export function stepLines(jobs: JobCurves[], column: string, name: string, settings: LineSettings, has: Has = () => true): Line[] {
  return jobs.flatMap((job, n) => {
    const points = job.points;
    const values = points.columns.get(column);
    if (!values || points.length === 0 || !has(job)) return [];
    const x = new AxisMap(job, settings.axis).ofPoints(points);
    return [
      {
        key: `${job.id}-${column}`,
        label: jobs.length > 1 ? `${job.id} ${name}` : name,
        ...strokeOf(n, settings.dark),
        x,
        ...smoothed(points, values.last, settings.smoothing),
        min: values.min,
        max: values.max,
        width: settings.smoothing > 0 ? 2.25 : 1.5,
      },
    ];
  });
}

function smoothed(points: Points, last: number[], halfLife: number): { y: ArrayLike<number>; raw?: ArrayLike<number> } {
  return halfLife > 0 ? { y: smooth(points.x, last, halfLife), raw: last } : { y: last };
}

interface EpochCurve {
  key: string;
  name: string;
  read: (epoch: EpochMetrics) => number | null | undefined;
  /** Its hue when one job is shown; several jobs are told apart by hue. */
  hue: number;
  dash: number[];
}

export const lossCurves: EpochCurve[] = [
  { key: 'validation', name: 'validation', read: (epoch) => epoch.validationLoss, hue: 2, dash: [2, 3] },
  { key: 'test', name: 'held-out', read: (epoch) => epoch.testLoss, hue: 1, dash: [7, 4] },
];

export const accuracyCurves: EpochCurve[] = [
  { key: 'validation', name: 'validation', read: (epoch) => epoch.validationAccuracy, hue: 2, dash: [2, 3] },
  { key: 'test', name: 'held-out', read: (epoch) => epoch.testAccuracy, hue: 1, dash: [7, 4] },
  { key: 'auc', name: 'held-out AUC', read: (epoch) => epoch.testAuc, hue: 3, dash: [1, 4] },
];

export const errorCurves: EpochCurve[] = [
  { key: 'validation', name: 'validation', read: (epoch) => epoch.validationMeanAbsoluteError, hue: 2, dash: [2, 3] },
  { key: 'test', name: 'held-out', read: (epoch) => epoch.testMeanAbsoluteError, hue: 1, dash: [7, 4] },
];

/** With more epochs the dots would run into each other. */
const mostDots = 60;
/** With more jobs the validation curves are left out; the held-out ones stay. */
const mostWithValidation = 3;

/** The curves that have one point an epoch. */
export function epochLines(jobs: JobCurves[], curves: EpochCurve[], settings: LineSettings, has: Has = () => true): Line[] {
  return jobs.flatMap((job, n) =>
    curves.flatMap((curve) => {
      const epochs = (has(job) ? (job.detail.value?.epochs ?? []) : []).filter((epoch) => typeof curve.read(epoch) === 'number');
      if (epochs.length === 0 || (curve.key === 'validation' && jobs.length > mostWithValidation)) return [];
      const map = new AxisMap(job, settings.axis);
      return [
        {
          key: `${job.id}-${curve.key}`,
          label: jobs.length > 1 ? `${job.id} ${curve.name}` : curve.name,
          color: strokeOf(jobs.length > 1 ? n : curve.hue, settings.dark).color,
          dash: curve.dash,
          dots: epochs.length <= mostDots,
          width: 1.5,
          x: epochs.map((epoch) => map.ofStep(epoch.step)),
          y: epochs.map((epoch) => curve.read(epoch) as number),
        },
      ];
    }),
  );
}

/** Samples a second of each step. The band comes from the steps' durations: the shortest step is the fastest. */
export function throughputLines(jobs: JobCurves[], settings: LineSettings): Line[] {
  return jobs.flatMap((job, n) => {
    const points = job.points;
    const seconds = points.columns.get('seconds');
    const samples = points.columns.get('samples');
    if (!seconds || !samples || points.length === 0) return [];
    const rate = (duration: number[], count: number[]) => duration.map((value, i) => (value > 0 ? count[i] / value : NaN));
    const x = new AxisMap(job, settings.axis).ofPoints(points);
    return [
      {
        key: `${job.id}-throughput`,
        label: jobs.length > 1 ? job.id : 'samples/s',
        ...strokeOf(n, settings.dark),
        x,
        ...smoothed(points, rate(seconds.last, samples.last), settings.smoothing),
        min: rate(seconds.max, samples.min),
        max: rate(seconds.min, samples.max),
        width: 1.5,
      },
    ];
  });
}

const phases = [
  ['compute', 0],
  ['exchange', 1],
  ['reduce', 2],
  ['update', 4],
] as const;

/** Durations of a step's phases, to be stacked; of one job. */
export function phaseLines(job: JobCurves, settings: LineSettings): Line[] {
  const points = job.points;
  const x = new AxisMap(job, settings.axis).ofPoints(points);
  return phases.flatMap(([name, hue]) => {
    const values = points.columns.get(name);
    if (!values || points.length === 0 || !values.last.some(Number.isFinite)) return [];
    return [{ key: name, label: name, color: strokeOf(hue, settings.dark).color, x, ...smoothed(points, values.last, settings.smoothing) }];
  });
}

/** Norms of one kind, a line for each layer of one job. They are recorded every few steps, so the steps between are left out. */
export function normLines(job: JobCurves, kind: 'gradientNorm' | 'weightNorm', settings: LineSettings): Line[] {
  const points = job.points;
  const x = new AxisMap(job, settings.axis).ofPoints(points);
  return [...points.columns]
    .filter(([column]) => column.startsWith(`${kind}:`))
    .flatMap(([column, values], n) => {
      const at = points.x.map((_, i) => i).filter((i) => Number.isFinite(values.last[i]));
      if (at.length === 0) return [];
      const pick = (from: ArrayLike<number>) => at.map((i) => from[i]);
      const layer = column.slice(kind.length + 1);
      const y = pick(values.last);
      const steps = pick(points.x);
      return [
        {
          key: column,
          label: layer,
          ...strokeOf(n, settings.dark),
          x: pick(x),
          width: 1.5,
          min: pick(values.min),
          max: pick(values.max),
          ...(settings.smoothing > 0 ? { y: smooth(steps, y, settings.smoothing), raw: y } : { y }),
        },
      ];
    });
}

const bad = new Set(['failed', 'siloLost', 'takeover', 'retry', 'warning']);
const good = new Set(['done', 'siloJoined', 'resumed']);
/** Kinds that come at every epoch. */
const frequent = new Set(['snapshot', 'evaluation']);

export const eventWords: Record<string, string> = {
  started: 'started',
  resumed: 'resumed',
  paused: 'paused',
  stopped: 'stopped',
  cancelled: 'cancelled',
  failed: 'failed',
  done: 'done',
  extended: 'extended',
  takeover: 'taking over',
  siloLost: 'silo lost',
  siloJoined: 'silo joined',
  shardsMoved: 'shards moved',
  hedge: 'hedge',
  retry: 'retrying',
  snapshot: 'snapshot',
  evaluation: 'evaluation',
  warning: 'warning',
};

export function toneOf(event: JobEvent): Mark['tone'] {
  return bad.has(event.kind) ? 'bad' : good.has(event.kind) ? 'good' : 'plain';
}

export function eventMarks(job: JobCurves, axis: Axis): Mark[] {
  const map = new AxisMap(job, axis);
  return job.events.value
    .filter((event) => !frequent.has(event.kind) && event.kind !== 'started') // frequent marks would hide the curves
    .slice(-200)
    .map((event) => ({ x: map.ofStep(event.step), label: eventWords[event.kind] ?? event.kind, tone: toneOf(event) }));
}

/** The newest events, newest first. Snapshots and evaluations fill the places that rarer ones leave, so none of these is pushed out by them. */
export function latestEvents(events: readonly JobEvent[], count: number, reserved = 4): JobEvent[] {
  const rare = events.filter((event) => !frequent.has(event.kind)).slice(reserved - count);
  const others = events.filter((event) => frequent.has(event.kind)).slice(rare.length - count);
  const chosen = new Set([...rare, ...others]);
  return events.filter((event) => chosen.has(event)).reverse();
}
