import type { JobState } from '../api/types';

const marks: Record<JobState, string> = {
  queued: '…',
  running: '▶',
  stopped: '■',
  interrupted: '!',
  paused: '❚❚',
  cancelled: '✕',
  failed: '✕',
  done: '✓',
};

/** A job's state in words; symbol and colour only repeat it. */
export function StateBadge({ state }: { state: JobState }) {
  return (
    <span class={`badge ${state}`}>
      <span aria-hidden="true">{marks[state] ?? ''}</span> {state}
    </span>
  );
}

export function Progress({ step, total, label }: { step: number; total: number; label: string }) {
  const share = total > 0 ? Math.min(1, step / total) : 0;
  return (
    <span class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total} aria-valuenow={step}>
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}

/** A small curve without axes. Screen readers skip it, because the figures are beside it. */
export function Sparkline({ values, width = 120, height = 30 }: { values: number[]; width?: number; height?: number }) {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return <span class="spark-empty" aria-hidden="true" />;
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const y = (value: number) => (high === low ? height / 2 : 2 + (height - 4) * (1 - (value - low) / (high - low)));
  const x = (i: number) => 1 + ((width - 5) * i) / (finite.length - 1);
  const points = finite.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  return (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />
      <circle cx={x(finite.length - 1)} cy={y(finite[finite.length - 1])} r="2.5" fill="currentColor" />
    </svg>
  );
}
