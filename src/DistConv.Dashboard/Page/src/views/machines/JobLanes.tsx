import { useEffect, useRef, useState } from 'preact/hooks';
import type { MachineJob } from '../../api/types';
import { download, fileName, quote } from '../../charts/export';
import { inkOf, isDark, strokeOf } from '../../charts/theme';
import { link } from '../../state/route';
import { formatCount, formatDuration, formatExact } from '../../ui/format';
import { siloColor } from './colors';
import { blocksOf, endOf, isSilent, laneWindow, orderLanes, phaseNames } from './lanes';

const recentSteps = 12;
const laneHeight = 22;
const top = 20;
const phaseHue: Record<(typeof phaseNames)[number], number> = { compute: 0, exchange: 1, reduce: 2, update: 4 };

/** The phases of the newest steps, a lane for each silo and shard. */
export function JobLanes({ job }: { job: MachineJob }) {
  const [asTable, setAsTable] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = isDark.value;
  const lanes = orderLanes(job.lanes);
  const height = top + lanes.length * laneHeight + 4;

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const paint = () => drawLanes(element, job, dark, height);
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    return () => observer.disconnect();
  }, [job, dark, height]);

  const window = laneWindow(job, recentSteps);
  const title = `Steps of ${job.id}`;
  const savePng = () =>
    canvas.current?.toBlob((blob) => {
      if (blob) download(fileName(title, 'png'), blob);
    });
  return (
    <section class="card lanes" aria-label={title}>
      <header class="card-head">
        <h2>
          <a href={link('job', job.id)}>{job.id}</a>
        </h2>
        <p class="summary">
          {[job.coordinator && `coordinator ${job.coordinator}`, window && `${formatDuration(window[1] - window[0])} shown`].filter(Boolean).join(', ')}
        </p>
        {window && (
          <div class="chart-tools">
            <button type="button" class="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              Table
            </button>
            <button type="button" class="small" onClick={() => download(fileName(title, 'csv'), new Blob([csv(job)], { type: 'text/csv' }))}>
              CSV
            </button>
            <button type="button" class="small" onClick={savePng}>
              PNG
            </button>
          </div>
        )}
      </header>
      {window === null ? (
        <SiloParts job={job} />
      ) : (
        <>
          <div class="lane-body">
            <ul class="lane-names" style={{ paddingTop: `${top}px` }}>
              {lanes.map((lane) => (
                <li key={`${lane.silo} ${lane.shard}`} class={isSilent(lane, job) ? 'silent' : undefined} style={{ height: `${laneHeight}px` }}>
                  <i class="swatch round" style={{ background: siloColor(lane.silo, dark) }} /> shard {lane.shard} <small>{lane.silo}</small>
                  {isSilent(lane, job) && <span class="tag">silent</span>}
                </li>
              ))}
            </ul>
            <canvas
              ref={canvas}
              class="lane-canvas"
              style={{ height: `${height}px` }}
              role="img"
              aria-label={`${title}: the phases of the last ${recentSteps} steps, ${lanes.length} lanes. The table has the figures.`}
            />
          </div>
          <ul class="legend">
            {phaseNames.map((phase) => (
              <li key={phase}>
                <i class="swatch" style={{ background: strokeOf(phaseHue[phase], dark).color }} /> {phase}
              </li>
            ))}
          </ul>
        </>
      )}
      {asTable && <LaneTable job={job} />}
    </section>
  );
}

/** Shown when there are no lanes: each silo's shards, and the duration of its newest step. */
function SiloParts({ job }: { job: MachineJob }) {
  if (job.silos.length === 0) return <p class="empty">No silo has reported yet.</p>;
  const longest = Math.max(...job.silos.map((part) => part.computeSeconds ?? 0));
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`Silos of ${job.id}`}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Silo</th>
            <th scope="col">Shards</th>
            <th scope="col">Computation in step {formatCount(job.step)}</th>
          </tr>
        </thead>
        <tbody>
          {job.silos.map((part) => (
            <tr key={part.silo}>
              <th scope="row">
                <i class="swatch round" style={{ background: siloColor(part.silo, isDark.value) }} /> {part.silo}
              </th>
              <td>{part.shards.join(', ')}</td>
              <td>
                <span class="bar long-bar" aria-hidden="true">
                  <span style={{ width: `${longest > 0 ? ((part.computeSeconds ?? 0) / longest) * 100 : 0}%` }} />
                </span>{' '}
                {formatDuration(part.computeSeconds)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawLanes(canvas: HTMLCanvasElement, job: MachineJob, dark: boolean, height: number): void {
  const window = laneWindow(job, recentSteps);
  const context = canvas.getContext('2d');
  const width = canvas.clientWidth;
  if (!window || !context || width === 0) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const ink = inkOf(dark);
  context.fillStyle = ink.background;
  context.fillRect(0, 0, width, height);
  const x = (time: number) => ((time - window[0]) / (window[1] - window[0] || 1)) * (width - 2);
  orderLanes(job.lanes).forEach((lane, row) => {
    const y = top + row * laneHeight;
    context.fillStyle = ink.grid;
    context.fillRect(0, y + laneHeight / 2, width, 1);
    for (const step of lane.steps) {
      if (endOf(step) < window[0]) continue;
      for (const block of blocksOf(step)) {
        context.fillStyle = strokeOf(phaseHue[block.phase], dark).color;
        context.fillRect(x(block.start), y + 3, Math.max(1, x(block.end) - x(block.start) - 0.5), laneHeight - 6);
      }
    }
  });
  drawSteps(context, job, x, ink.muted);
}

/** Step numbers above the lanes. */
function drawSteps(context: CanvasRenderingContext2D, job: MachineJob, x: (time: number) => number, color: string): void {
  const starts = new Map<number, number>();
  for (const lane of job.lanes) for (const step of lane.steps) starts.set(step.step, Math.min(starts.get(step.step) ?? Infinity, step.start));
  context.fillStyle = color;
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'top';
  let free = -Infinity;
  for (const [step, start] of [...starts].sort((a, b) => a[1] - b[1])) {
    const left = x(start);
    if (left < 0 || left < free) continue;
    context.fillText(formatCount(step), left, 3);
    free = left + context.measureText(formatCount(step)).width + 8;
  }
}

function LaneTable({ job }: { job: MachineJob }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`Lanes of ${job.id} as a table`}>
      <table class="data">
        <caption>The newest step of each lane</caption>
        <thead>
          <tr>
            <th scope="col">Shard</th>
            <th scope="col">Silo</th>
            <th scope="col">Step</th>
            {phaseNames.map((phase) => (
              <th key={phase} scope="col">
                {phase}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {orderLanes(job.lanes).map((lane) => {
            const step = lane.steps[lane.steps.length - 1];
            return (
              <tr key={`${lane.silo} ${lane.shard}`}>
                <th scope="row">{lane.shard}</th>
                <td>{lane.silo}</td>
                <td>{step ? formatCount(step.step) : '–'}</td>
                {phaseNames.map((phase) => (
                  <td key={phase}>{step ? formatDuration(step[phase]) : '–'}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function csv(job: MachineJob): string {
  const rows = orderLanes(job.lanes).flatMap((lane) =>
    lane.steps.map((step) => [quote(lane.silo), lane.shard, step.step, step.start, ...phaseNames.map((phase) => formatExact(step[phase]))].join(',')),
  );
  return ['silo,shard,step,start,compute,exchange,reduce,update', ...rows].join('\n') + '\n';
}
