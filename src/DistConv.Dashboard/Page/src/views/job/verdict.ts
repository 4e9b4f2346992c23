import type { EpochMetrics } from '../../api/types';
import type { Points } from '../../state/points';
import { formatCount, formatValue } from '../../ui/format';

export interface Verdict {
  tone: 'good' | 'plain' | 'bad';
  word: string;
  text: string;
}

const leastSteps = 20;
/** A change counts if it exceeds this share and three standard errors. */
const change = 0.03;
const errors = 3;

/**
 * Whether the job learns, in a sentence with the figures that it rests on: means of the recorded losses over the first tenth and the last two thirds of the
 * record.
 */
export function judge(points: Points, epochs: EpochMetrics[]): Verdict {
  const loss = (points.columns.get('loss')?.last ?? []).filter(Number.isFinite);
  if (loss.length < leastSteps) return { tone: 'plain', word: 'Too early to tell', text: `${formatCount(points.lastStep)} steps are recorded.` };
  const tenth = Math.max(1, Math.floor(loss.length / 10));
  const third = Math.floor(loss.length / 3);
  const begin = mean(loss.slice(0, tenth));
  const now = mean(loss.slice(-third));
  const before = mean(loss.slice(-2 * third, -third));
  const relative = before === 0 ? 0 : (now - before) / Math.abs(before);
  const isClear = Math.abs(now - before) > errors * Math.sqrt(errorSquare(loss.slice(-third)) + errorSquare(loss.slice(-2 * third, -third)));
  const course = `The training loss went from ${formatValue(begin)} to ${formatValue(now)}`;
  const recent = `${Math.abs(relative * 100).toFixed(0)} %`;
  const held = heldOut(epochs);
  if (isClear && relative > change) return { tone: 'bad', word: 'Rising', text: `${course}, and rose by ${recent} over the last third of the record.${held}` };
  if (isClear && relative < -change)
    return { tone: 'good', word: 'Learning', text: `${course}, and fell by ${recent} over the last third of the record.${held}` };
  const learned = now < begin * 0.9;
  return {
    tone: learned ? 'plain' : 'bad',
    word: learned ? 'Level' : 'Not learning',
    text: `${course}; over the last third of the record it hardly changed.${held}`,
  };
}

/** Says when the held-out loss was lowest, if that was not in the last epoch. */
function heldOut(epochs: EpochMetrics[]): string {
  const measured = epochs.filter((epoch) => Number.isFinite(epoch.testLoss));
  if (measured.length < 2) return '';
  const best = measured.reduce((a, b) => (b.testLoss < a.testLoss ? b : a));
  const last = measured[measured.length - 1];
  if (best === last) return '';
  return ` The held-out loss was lowest after epoch ${best.epoch} (${formatValue(best.testLoss)}; now ${formatValue(last.testLoss)}).`;
}

/** Square of the mean's standard error. */
function errorSquare(values: number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length * (values.length - 1));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
