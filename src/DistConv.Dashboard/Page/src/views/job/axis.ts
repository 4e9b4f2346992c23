import type { JobCurves } from '../../state/curves';
import { lowerBound, type Points } from '../../state/points';
import { formatCount, formatDuration } from '../../ui/format';

export const axes = ['step', 'epoch', 'samples', 'time'] as const;
export type Axis = (typeof axes)[number];

export const axisLabels: Record<Axis, string> = { step: 'step', epoch: 'epoch', samples: 'samples', time: 'time since the first step' };

export function formatX(axis: Axis): (x: number) => string {
  switch (axis) {
    case 'step':
    case 'samples':
      return (x) => (Number.isInteger(x) || Math.abs(x) >= 10 ? formatCount(x) : String(Number(x.toPrecision(3))));
    case 'epoch':
      return (x) => String(Number(x.toFixed(3)));
    case 'time':
      return formatDuration;
  }
}

/** Translates between a job's steps and the x axis. */
export class AxisMap {
  private readonly start: number;
  private readonly stepsPerEpoch: number;

  constructor(
    private readonly curves: JobCurves,
    readonly axis: Axis,
  ) {
    this.start = curves.overview.time.find(Number.isFinite) ?? NaN;
    this.stepsPerEpoch = Math.max(1, curves.detail.value?.status.stepsPerEpoch ?? 1);
  }

  /** The x of every point. Time never goes back, though a resumed job repeats steps. */
  ofPoints(points: Points): ArrayLike<number> {
    switch (this.axis) {
      case 'step':
        return points.x;
      case 'epoch':
        return points.x.map((step) => step / this.stepsPerEpoch);
      case 'samples':
        return points.samples;
      case 'time': {
        let latest = NaN;
        return points.time.map((time) => {
          if (Number.isFinite(time)) latest = Number.isNaN(latest) ? time - this.start : Math.max(latest, time - this.start);
          return latest;
        });
      }
    }
  }

  /** The x of a step, interpolated between points. */
  ofStep(step: number): number {
    if (this.axis === 'step') return step;
    if (this.axis === 'epoch') return step / this.stepsPerEpoch;
    const { x } = this.curves.overview;
    const y = this.ofPoints(this.curves.overview);
    const at = lowerBound(x, step);
    if (x.length === 0) return NaN;
    if (at >= x.length) return y[x.length - 1];
    if (at === 0 || x[at] === step) return at === 0 && x[0] > 0 && this.axis === 'samples' ? (y[0] * step) / x[0] : y[at];
    return y[at - 1] + ((y[at] - y[at - 1]) * (step - x[at - 1])) / (x[at] - x[at - 1]);
  }

  /** The steps that a range of x shows, with one more point on either side, and `before` steps ahead of it to warm up the smoothing. */
  toSteps([from, to]: [number, number], before = 0): { from: number; to: number } {
    const { x } = this.curves.overview;
    const y = this.ofPoints(this.curves.overview);
    const first = Math.max(0, lowerBound(y, from) - 1);
    const last = Math.min(x.length - 1, lowerBound(y, to) + 1);
    return { from: Math.max(0, (x[first] ?? 0) - before), to: x[last] ?? 0 };
  }
}
