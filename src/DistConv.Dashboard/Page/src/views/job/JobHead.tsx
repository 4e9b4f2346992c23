import type { JobCurves } from '../../state/curves';
import { link } from '../../state/route';
import { Figure } from '../../ui/controls';
import { capitalized, formatCount, formatDuration, formatPercent, formatRate, formatValue, plural, unknown } from '../../ui/format';
import { Progress, StateBadge } from '../../ui/state-badge';
import { JobActions } from '../jobs/JobActions';
import { Labels } from './Labels';
import { judge } from './verdict';

const tabs = [
  { view: 'job', label: 'Curves' },
  { view: 'filters', label: 'Filters' },
  { view: 'try', label: 'Try it' },
] as const;

/** The head of a job's pages: its state, progress, and whether it learns. */
export function JobHead({ job, view }: { job: JobCurves; view: (typeof tabs)[number]['view'] }) {
  const detail = job.detail.value;
  if (!detail) return null;
  const { row } = detail;
  return (
    <>
      <div class="page-head">
        <h1>{job.id}</h1>
        <StateBadge state={row.state} />
        <p class="summary">
          {row.model} on {row.data}, {row.optimizer}
        </p>
        <JobActions row={row} />
      </div>
      <Labels row={row} onSaved={(saved) => (job.detail.value = { ...detail, row: { ...row, tags: saved.tags, note: saved.note } })} />
      <nav class="tabs" aria-label="Pages of this job">
        {tabs.map((tab) => (
          <a key={tab.view} href={link(tab.view, job.id)} aria-current={tab.view === view ? 'page' : undefined}>
            {tab.label}
          </a>
        ))}
      </nav>
      {row.message && <p class={row.state === 'failed' ? 'problem' : 'warning'}>{row.message}</p>}
      {row.warnings.map((text) => (
        <p key={text} class="warning">
          {text}
        </p>
      ))}
      {view === 'job' && <Standing job={job} />}
    </>
  );
}

function Standing({ job }: { job: JobCurves }) {
  const detail = job.detail.value;
  void job.version.value; // Judged again whenever points arrive.
  if (!detail) return null;
  const { row, status, figures } = detail;
  const last = detail.epochs.at(-1);
  const verdict = judge(job.overview, detail.epochs);
  const isRunning = row.state === 'running';
  const epoch = status.stepsPerEpoch > 0 ? Math.min(status.epochCount, Math.floor(Math.max(0, row.step - 1) / status.stepsPerEpoch) + 1) : row.epochs;
  return (
    <section class="card standing" aria-label="Where the job stands">
      <p class={`verdict ${verdict.tone}`}>
        <b>{verdict.word}.</b> {verdict.text}
      </p>
      <div class="standing-progress">
        <Progress step={row.step} total={row.totalSteps} label="Steps done" />
        <span>
          Step {formatCount(row.step)} of {formatCount(row.totalSteps)}, epoch {epoch} of {status.epochCount}
          {isRunning && <>, {formatDuration(row.remainingSeconds)} remaining</>}
        </span>
      </div>
      <dl class="figures">
        <Figure label="Loss" value={formatValue(row.loss)} note={`training, ${isRunning ? 'this' : 'last'} epoch`} />
        {figures.accuracy != null && (
          <Figure label={capitalized(figures.accuracy)} value={formatPercent(row.accuracy)} note={`training, ${isRunning ? 'this' : 'last'} epoch`} />
        )}
        <Figure label="Held-out loss" value={formatValue(row.testLoss)} note="last epoch" />
        {figures.accuracy != null && <Figure label={`Held-out ${figures.accuracy}`} value={formatPercent(row.testAccuracy)} note="last epoch" />}
        {figures.hasAuc && <Figure label="Held-out AUC" value={formatValue(last?.testAuc)} note="last epoch" />}
        {figures.hasMeanAbsoluteError && <Figure label="Held-out mean absolute error" value={formatValue(last?.testMeanAbsoluteError)} note="last epoch" />}
        {isRunning && <Figure label="Throughput" value={formatRate(row.samplesPerSecond)} note="samples" />}
        <Figure
          label="On"
          value={row.silos > 0 ? plural(row.silos, 'silo') : unknown}
          note={status.threads > 0 ? `${plural(status.threads, 'thread')}, ${status.kernel}` : status.kernel}
        />
      </dl>
    </section>
  );
}
