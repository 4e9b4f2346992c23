import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Machines, SiloRow } from '../../api/types';
import { watchJobs } from '../../state/live';
import { info, now } from '../../state/jobs';
import { Problem, Waiting } from '../../ui/controls';
import { formatAgo, formatBuild, formatBytes, formatCount, formatPercent, plural } from '../../ui/format';
import { JobLanes } from './JobLanes';
import { ShardTreeView } from './ShardTreeView';

const pollMs = 1000;

/** Polls while the page is visible. Answers are small, and only the newest is kept. */
function useMachines(): { value: Machines | null; error: Error | null } {
  const [value, setValue] = useState<Machines | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    let stopped = false;
    let timer = 0;
    const poll = async () => {
      if (!document.hidden) {
        try {
          setValue(await api.machines());
          setError(null);
        } catch (failure) {
          setError(failure as Error);
        }
      }
      if (!stopped) timer = window.setTimeout(() => void poll(), pollMs);
    };
    void poll();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, []);
  return { value, error };
}

export function MachinesView() {
  const { value, error } = useMachines();
  useEffect(() => watchJobs(new Map()), []);
  return (
    <>
      <div class="page-head">
        <h1>Machines</h1>
        {value && <p class="summary">{summarize(value.silos)}</p>}
      </div>
      {error && <Problem error={error} />}
      {!value && !error && <Waiting what="the machines" />}
      {value && value.silos.length === 0 && (
        <p class="card empty">
          {info.value?.source.kind === 'store'
            ? 'A store on disk has no machines. Open the dashboard of the process or cluster that trains.'
            : 'No silo is computing.'}
        </p>
      )}
      {value && value.silos.length > 0 && <SiloTable silos={value.silos} coordinators={coordinatorsOf(value)} />}
      {value?.jobs.map((job) => (
        <div key={job.id} class="columns machine-job">
          <JobLanes job={job} />
          <ShardTreeView job={job} />
        </div>
      ))}
    </>
  );
}

function isLost(silo: SiloRow): boolean {
  return /lost|dead|stopped|stalled/i.test(silo.state);
}

function summarize(silos: SiloRow[]): string {
  const lost = silos.filter(isLost).length;
  const threads = silos.filter((silo) => !isLost(silo)).reduce((sum, silo) => sum + silo.threads, 0);
  return `${plural(silos.length - lost, 'silo')}${lost > 0 ? `, ${lost} lost` : ''}, ${plural(threads, 'thread')}`;
}

/** The jobs that a silo coordinates, by its address. */
function coordinatorsOf({ jobs }: Machines): Map<string, string> {
  const known = new Map<string, string>();
  for (const { id, coordinator } of jobs) if (coordinator) known.set(coordinator, [known.get(coordinator), id].filter(Boolean).join(', '));
  return known;
}

function SiloTable({ silos, coordinators }: { silos: SiloRow[]; coordinators: Map<string, string> }) {
  return (
    <section class="card" aria-label="Silos">
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Table of silos">
        <table class="data silos">
          <thead>
            <tr>
              <th scope="col">Silo</th>
              <th scope="col">State</th>
              <th scope="col" class="numeric">
                Threads
              </th>
              <th scope="col">Shards</th>
              <th scope="col">Processor</th>
              <th scope="col" class="numeric">
                Memory
              </th>
              <th scope="col">Build</th>
              <th scope="col">What happened</th>
            </tr>
          </thead>
          <tbody>
            {silos.map((silo) => (
              <tr key={silo.address} class={isLost(silo) ? 'lost' : undefined}>
                <th scope="row">
                  {silo.name}
                  <small>{silo.address}</small>
                  {coordinators.has(silo.address) && !isLost(silo) && <small>coordinates {coordinators.get(silo.address)}</small>}
                </th>
                <td>
                  <span class={`event-kind ${isLost(silo) ? 'bad' : 'good'}`}>{silo.state}</span>
                </td>
                <td class="numeric">{silo.threads > 0 ? formatCount(silo.threads) : '–'}</td>
                <td>{silo.shards.length > 0 ? silo.shards.join(', ') : 'none'}</td>
                <td>
                  {typeof silo.processorShare === 'number' ? (
                    <>
                      <span class="bar" aria-hidden="true">
                        <span style={{ width: `${Math.min(1, silo.processorShare) * 100}%` }} />
                      </span>{' '}
                      {formatPercent(silo.processorShare, 0)}
                    </>
                  ) : (
                    '–'
                  )}
                </td>
                <td class="numeric">{formatBytes(silo.memoryBytes)}</td>
                <td>
                  <code title={silo.build ?? undefined}>{formatBuild(silo.build)}</code>
                </td>
                <td class="long">
                  {silo.note ?? '–'}
                  {silo.note && <small>{formatAgo(silo.noteTime, now.value)}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
