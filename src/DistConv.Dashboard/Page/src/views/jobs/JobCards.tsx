import type { JobRow } from '../../api/types';
import { now } from '../../state/jobs';
import { link } from '../../state/route';
import { Figure } from '../../ui/controls';
import { formatAgo, formatCount, formatDuration, formatPercent, formatRate, formatValue } from '../../ui/format';
import { Progress, Sparkline, StateBadge } from '../../ui/state-badge';
import { Tags } from '../job/Labels';
import { JobActions } from './JobActions';

/** The list for a narrow page. */
export function JobCards({ rows, selected, onToggle }: { rows: JobRow[]; selected: string[]; onToggle: (id: string) => void }) {
  return (
    <ul class="cards">
      {rows.map((row) => (
        <li key={row.id} class={`card job-card${selected.includes(row.id) ? ' selected' : ''}`}>
          <div class="job-card-head">
            <input type="checkbox" checked={selected.includes(row.id)} aria-label={`Compare ${row.id}`} onChange={() => onToggle(row.id)} />
            <a href={link('job', row.id)}>{row.id}</a>
            <StateBadge state={row.state} />
          </div>
          <small>
            {row.model} · {row.data} · {row.optimizer}
          </small>
          <Tags tags={row.tags} />
          {row.message && <small class={row.state === 'failed' ? 'bad' : undefined}>{row.message}</small>}
          <Progress step={row.step} total={row.totalSteps} label={`${row.id}: steps done`} />
          <small>
            {formatCount(row.step)} of {formatCount(row.totalSteps)} steps
            {row.state === 'running' && ` · ${formatDuration(row.remainingSeconds)} remaining`} · {formatAgo(row.updatedAt, now.value)}
          </small>
          <div class="job-card-figures">
            <Sparkline values={row.spark} width={96} height={36} />
            <dl>
              <Figure label="Loss" value={formatValue(row.loss)} />
              <Figure label="Held-out" value={formatPercent(row.testAccuracy)} />
              <Figure label="Samples" value={formatRate(row.samplesPerSecond)} />
            </dl>
          </div>
          <JobActions row={row} />
        </li>
      ))}
    </ul>
  );
}
