import type { JobDetail } from '../../api/types';
import { formatCount, formatDuration, isKnown, unknown } from '../../ui/format';

/** The specification as it is stored: what determines the bits. */
export function SpecCard({ detail }: { detail: JobDetail }) {
  const { status } = detail;
  const fields = Object.entries(detail.spec).filter(([name]) => name !== 'modelJson');
  return (
    <details class="card">
      <summary>Specification and run</summary>
      <dl class="spec">
        {fields.map(([name, value]) => (
          <SpecRow key={name} name={name} value={show(value)} />
        ))}
        <SpecRow name="weights digest" value={status.weightsDigest ?? unknown} />
        <SpecRow
          name="median step"
          value={isKnown(status.medianStepMilliseconds) && status.medianStepMilliseconds > 0 ? formatDuration(status.medianStepMilliseconds / 1000) : unknown}
        />
        <SpecRow name="time of this run" value={formatDuration(status.elapsedSeconds)} />
        <SpecRow name="shards computed again" value={formatCount(status.retriedShards)} />
      </dl>
    </details>
  );
}

function SpecRow({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined) return unknown;
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, part]) => `${name} ${String(part)}`)
      .join(', ');
  return String(value);
}
