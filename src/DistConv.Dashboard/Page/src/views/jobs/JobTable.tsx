import type { JobRow } from '../../api/types';
import { now } from '../../state/jobs';
import { link } from '../../state/route';
import { formatAgo, formatCount, formatDuration, formatPercent, formatTime, formatValue } from '../../ui/format';
import { Progress, Sparkline, StateBadge } from '../../ui/state-badge';
import { Tags } from '../job/Labels';
import { JobActions } from './JobActions';
import { sortLabels } from './JobsView';
import type { ListSettings, SortKey } from './list';

interface Props {
  rows: JobRow[];
  /** What the table is called. */
  label: string;
  selected: string[];
  settings: ListSettings;
  onToggle: (id: string) => void;
  onSort: (key: SortKey) => void;
}

const headings: { key: SortKey; numeric?: boolean }[] = [
  { key: 'id' },
  { key: 'state' },
  { key: 'progress' },
  { key: 'loss', numeric: true },
  { key: 'testAccuracy', numeric: true },
  { key: 'samplesPerSecond', numeric: true },
  { key: 'remainingSeconds', numeric: true },
  { key: 'updatedAt' },
];

export function JobTable({ rows, label, selected, settings, onToggle, onSort }: Props) {
  return (
    <div class="card table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="jobs">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Compare</span>
            </th>
            {headings.map(({ key, numeric }) => (
              <th
                key={key}
                scope="col"
                class={numeric ? 'numeric' : undefined}
                aria-sort={settings.sort === key ? (settings.descending ? 'descending' : 'ascending') : undefined}
              >
                <button type="button" class="sort" onClick={() => onSort(key)}>
                  {sortLabels[key]} <span aria-hidden="true">{settings.sort === key ? (settings.descending ? '↓' : '↑') : ''}</span>
                </button>
              </th>
            ))}
            <th scope="col">Actions</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} selected={selected.includes(row.id)} onToggle={onToggle} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, selected, onToggle }: { row: JobRow; selected: boolean; onToggle: (id: string) => void }) {
  return (
    <tr class={selected ? 'selected' : undefined}>
      <td>
        <input type="checkbox" checked={selected} aria-label={`Compare ${row.id}`} onChange={() => onToggle(row.id)} />
      </td>
      <th scope="row">
        <a href={link('job', row.id)}>{row.id}</a>
        <small>
          {row.model} · {row.data} · {row.optimizer}
        </small>
        <Tags tags={row.tags} />
        {row.message && <small class={row.state === 'failed' ? 'bad' : undefined}>{row.message}</small>}
      </th>
      <td>
        <StateBadge state={row.state} />
      </td>
      <td class="progress-cell">
        <Progress step={row.step} total={row.totalSteps} label={`${row.id}: steps done`} />
        <small>
          {formatCount(row.step)} of {formatCount(row.totalSteps)} steps
        </small>
      </td>
      <td class="numeric loss-cell">
        <Sparkline values={row.spark} width={100} /> <span>{formatValue(row.loss)}</span>
      </td>
      <td class="numeric">{formatPercent(row.testAccuracy)}</td>
      <td class="numeric">{formatCount(row.samplesPerSecond)}</td>
      <td class="numeric">{row.state === 'running' ? formatDuration(row.remainingSeconds) : '–'}</td>
      <td title={formatTime(row.updatedAt)}>{formatAgo(row.updatedAt, now.value)}</td>
      <td>
        <JobActions row={row} />
      </td>
    </tr>
  );
}
