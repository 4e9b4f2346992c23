import { useEffect, useMemo } from 'preact/hooks';
import { watchJobs } from '../../state/live';
import { info, isActive, loadJobs, rows, rowsError } from '../../state/jobs';
import { parseList } from '../../state/address';
import { address, link, setQuery } from '../../state/route';
import { Problem, Select, Waiting } from '../../ui/controls';
import { plural } from '../../ui/format';
import { isNarrow } from '../../ui/media';
import { JobCards } from './JobCards';
import { JobTable } from './JobTable';
import { arrange, groupKeys, readSettings, sortKeys, type ListSettings, type SortKey } from './list';

/** As many jobs as one stream may have. */
const mostWatched = 32;

export const sortLabels: Record<SortKey, string> = {
  id: 'Job',
  state: 'State',
  progress: 'Progress',
  loss: 'Loss',
  accuracy: 'Accuracy',
  testLoss: 'Held-out loss',
  testAccuracy: 'Held-out accuracy',
  samplesPerSecond: 'Samples/s',
  remainingSeconds: 'Remaining',
  updatedAt: 'Updated',
};

export function JobsView() {
  const { query } = address.value;
  const settings = readSettings(query);
  const selected = parseList(query.sel);
  const list = rows.value;
  const activeIds = (list ?? [])
    .filter((row) => isActive(row.state))
    .map((row) => row.id)
    .sort()
    .slice(0, mostWatched);

  useEffect(() => void loadJobs(), []);
  useEffect(() => {
    if (list) watchJobs(new Map(activeIds.map((id) => [id, null])));
  }, [list === null, activeIds.join(',')]);

  const groups = useMemo(() => arrange(list ?? [], settings), [list, settings.filter, settings.sort, settings.descending, settings.group]);
  const toggle = (id: string) => {
    const next = selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id];
    setQuery({ sel: next.join(',') || null });
  };
  const sortBy = (key: SortKey) => {
    const descending = settings.sort === key ? !settings.descending : key !== 'id' && key !== 'state';
    setQuery({ sort: (descending ? '-' : '') + key });
  };

  return (
    <>
      <div class="page-head">
        <h1>Jobs</h1>
        <Summary />
        {info.value?.canStart && (
          <a class="button primary" href={link('start')}>
            Start a job
          </a>
        )}
      </div>
      {list === null && !rowsError.value && <Waiting what="jobs" />}
      {rowsError.value && <Problem error={rowsError.value} retry={() => void loadJobs()} />}
      {list && list.length === 0 && <Nothing />}
      {list && list.length > 0 && (
        <>
          <Toolbar settings={settings} selected={selected} />
          {groups.every((group) => group.rows.length === 0) && <p class="empty">No job matches “{settings.filter}”.</p>}
          {groups.map((group) => (
            <section key={group.name ?? ''} aria-label={group.name ?? 'All jobs'}>
              {group.name !== null && (
                <h2 class="group">
                  {group.name} <small>{plural(group.rows.length, 'job')}</small>
                </h2>
              )}
              {group.rows.length > 0 &&
                (isNarrow.value ? (
                  <JobCards rows={group.rows} selected={selected} onToggle={toggle} />
                ) : (
                  <JobTable
                    rows={group.rows}
                    label={group.name === null ? 'Table of jobs' : `Table of jobs, ${group.name}`}
                    selected={selected}
                    settings={settings}
                    onToggle={toggle}
                    onSort={sortBy}
                  />
                ))}
            </section>
          ))}
        </>
      )}
    </>
  );
}

function Summary() {
  const list = rows.value;
  if (!list) return null;
  const running = list.filter((row) => row.state === 'running').length;
  const failed = list.filter((row) => row.state === 'failed').length;
  return (
    <p class="summary">
      {plural(list.length, 'job')}, {running === 0 ? 'none running' : `${running} running`}
      {failed > 0 && (
        <>
          , <b class="bad">{failed} failed</b>
        </>
      )}
    </p>
  );
}

function Nothing() {
  return (
    <div class="card nothing">
      <p>There are no jobs here yet.</p>
      <p>
        {info.value?.canStart ? 'Start one with the button above, or from a terminal: ' : 'Start one from a terminal: '}
        <code>distconv train</code>
      </p>
    </div>
  );
}

function Toolbar({ settings, selected }: { settings: ListSettings; selected: string[] }) {
  return (
    <div class="toolbar" role="search" aria-label="Jobs">
      <div class="field grow">
        <label for="filter">Filter</label>
        <input
          id="filter"
          type="search"
          value={settings.filter}
          placeholder="job, state, model, data or optimizer"
          onInput={(event) => setQuery({ filter: event.currentTarget.value || null })}
        />
      </div>
      <Select
        label="Group by"
        value={settings.group}
        choices={groupKeys.map((key) => ({ value: key, label: key === 'none' ? 'nothing' : key }))}
        onChange={(value) => setQuery({ group: value === 'none' ? null : value })}
      />
      {isNarrow.value && (
        <Select
          label="Sort by"
          value={(settings.descending ? '-' : '') + settings.sort}
          choices={sortKeys.flatMap((key) => [
            { value: key, label: `${sortLabels[key]} ↑` },
            { value: `-${key}`, label: `${sortLabels[key]} ↓` },
          ])}
          onChange={(value) => setQuery({ sort: value })}
        />
      )}
      <div class="compare-bar">
        {selected.length >= 2 ? (
          <a class="button primary" href={link('job', selected[0], { with: selected.slice(1).join(',') })}>
            Compare {selected.length} jobs
          </a>
        ) : (
          <span class="hint">{selected.length === 1 ? 'Select one more job to compare.' : 'Select jobs to compare them.'}</span>
        )}
        {selected.length > 0 && (
          <button type="button" onClick={() => setQuery({ sel: null })}>
            Clear
          </button>
        )}
      </div>
    </div>
  );
}
