import type { EpochMetrics, JobFigures, JobRow } from '../src/api/types';
import { JobCurves } from '../src/state/curves';
import { Points } from '../src/state/points';

export const epoch = (number: number, testLoss = 1): EpochMetrics => ({
  epoch: number,
  step: number * 10,
  trainLoss: 1,
  trainAccuracy: 0.5,
  testLoss,
  testAccuracy: 0.6,
  seconds: 1,
  samplesUsed: 1280,
  coverageDigest: '',
});

export const ofClasses: JobFigures = { loss: 'mean cross-entropy, nats', accuracy: 'accuracy', hasAuc: false, hasMeanAbsoluteError: false };
export const ofNumbers: JobFigures = { loss: 'mean squared error', accuracy: null, hasAuc: false, hasMeanAbsoluteError: true };

export function job(steps: number, id = 'a'): JobCurves {
  const curves = new JobCurves(id);
  const x = Float64Array.from({ length: steps }, (_, i) => i + 1);
  const column = (value: (step: number) => number) => {
    const last = Float32Array.from(x, value);
    return { min: last, max: last, last };
  };
  const columns = new Map([
    ['loss', column((step) => 2 / step)],
    ['accuracy', column(() => 0.5)],
    ['samples', column(() => 128)],
    ['seconds', column(() => 0.5)],
    ['compute', column(() => 0.4)],
    ['update', column(() => 0.1)],
    ['gradientNorm:conv1', column((step) => (step % 10 === 0 ? step : NaN))],
  ]);
  curves.overview = Points.from({
    x,
    time: x.map((step) => 5000 + step * 2),
    samples: x.map((step) => step * 128),
    columns,
    cursor: '',
    firstStep: 1,
    lastStep: steps,
    steps,
  });
  const status = { stepsPerEpoch: 10, epochCount: 3 } as never;
  curves.detail.value = {
    row: { id, step: steps } as JobRow,
    status,
    spec: {} as never,
    layers: [],
    classNames: null,
    figures: ofClasses,
    epochs: [epoch(1), epoch(2, 0.5)],
  };
  return curves;
}

/** The binary series of steps 1 to n with a loss of 1. */
export function seriesOf(steps: number): ArrayBuffer {
  const columns = ['loss'];
  let header = JSON.stringify({ columns, cursor: '1-1-1', firstStep: 1, lastStep: steps, steps });
  while ((20 + header.length) % 8 !== 0) header += ' ';
  const head = new Uint8Array(20 + header.length);
  head.set(new TextEncoder().encode('DCS1'));
  head.set(new TextEncoder().encode(header), 20);
  const view = new DataView(head.buffer);
  [columns.length, steps, 0, header.length].forEach((value, i) => view.setUint32(4 + 4 * i, value, true));
  const x = Float64Array.from({ length: steps }, (_, i) => i + 1);
  const ones = new Float32Array(steps * 3).fill(1);
  const parts = [head, x, x, x, ones].map((part) => new Uint8Array(part.buffer));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all.buffer;
}

export const plain = { axis: 'step', smoothing: 0, dark: false } as const;
