import { useMemo } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Chart } from '../../charts/Chart';
import type { ChartShape, Line } from '../../charts/model';
import type { JobCurves } from '../../state/curves';
import { capitalized, formatCount, formatDuration, formatExact, formatPercent, formatTick, formatValue } from '../../ui/format';
import { axisLabels, formatX } from './axis';
import type { CurveSettings } from './JobView';
import { accuracyCurves, epochLines, errorCurves, eventMarks, hasAccuracy, lossCurves, normLines, phaseLines, stepLines, throughputLines } from './lines';

interface Props {
  jobs: JobCurves[];
  settings: CurveSettings;
  onZoom: (range: [number, number] | null) => void;
  /** Shown below the losses and what is measured beside them. */
  children?: ComponentChildren;
}

/** Every chart of the job view. They share x, zoom and crosshair. */
export function CurveCharts({ jobs, settings, onZoom, children }: Props) {
  const { axis, log } = settings;
  const [main] = jobs;
  const ids = jobs.map((job) => job.id);
  const versions = jobs.map((job) => `${job.id}:${job.version.value}:${job.detail.value?.epochs.length ?? 0}`).join(' ') + main.events.value.length;

  const right = capitalized(jobs.find(hasAccuracy)?.detail.value?.figures.accuracy ?? 'accuracy');

  const shapes = useMemo(() => {
    const about = ids.length > aboutLimit ? `${ids.length} jobs` : ids.join(', ');
    const base = { about, xLabel: axisLabels[axis], formatX: formatX(axis) };
    const shape = (title: string, formatY: (y: number) => string, more: Partial<ChartShape> = {}): ChartShape => ({ ...base, title, formatY, ...more });
    return {
      loss: shape('Loss', formatValue, { log, height: 300, formatTick }),
      accuracy: shape(right, formatShare, { topLimit: 1, height: 300, formatTick: (share) => `${formatTick(share * 100)} %` }),
      error: shape('Mean absolute error', formatValue, { fromZero: true, height: 300, formatTick }),
      rate: shape('Learning rate', formatExact, { fromZero: true, height: 200 }),
      throughput: shape('Throughput, samples a second', formatCount, { fromZero: true, height: 200 }),
      phases: shape('Phases of a step', formatDuration, { stacked: true, fromZero: true }),
      gradients: shape('Gradient norm of each layer', formatValue, { log: true, formatTick }),
      weights: shape('Weight norm of each layer', formatValue, { formatTick }),
    };
  }, [axis, log, right, ids.join()]);

  const lines = useMemo(() => {
    const raw = { ...settings, smoothing: 0 };
    return {
      loss: [...stepLines(jobs, 'loss', 'training', settings), ...epochLines(jobs, lossCurves, settings)],
      accuracy: [...stepLines(jobs, 'accuracy', 'training', settings, hasAccuracy), ...epochLines(jobs, accuracyCurves, settings, hasAccuracy)],
      error: epochLines(jobs, errorCurves, settings),
      rate: stepLines(jobs, 'rate', 'learning rate', raw),
      throughput: throughputLines(jobs, settings),
      phases: phaseLines(main, settings),
      gradients: normLines(main, 'gradientNorm', settings),
      weights: normLines(main, 'weightNorm', settings),
      marks: eventMarks(main, axis),
    };
  }, [versions, axis, settings.smoothing, settings.dark]);

  const chart = (key: keyof typeof shapes, withMarks = false) => (
    <DataChart shape={shapes[key]} lines={lines[key]} marks={withMarks ? lines.marks : noMarks} zoom={settings.zoom} onZoom={onZoom} />
  );
  const several = jobs.length > 1;
  return (
    <>
      <div class="charts two">
        {chart('loss', true)}
        {jobs.some(hasAccuracy) && chart('accuracy', true)}
        {jobs.some((job) => job.detail.value?.figures.hasMeanAbsoluteError) && chart('error', true)}
      </div>
      {children}
      <div class="charts two">
        {chart('throughput')}
        {chart('rate')}
      </div>
      {several && <p class="hint">The charts below are of {main.id}.</p>}
      <div class="charts three">
        {chart('phases')}
        {chart('gradients')}
        {chart('weights')}
      </div>
    </>
  );
}

/** With more jobs, a title gives their count instead of their names. */
const aboutLimit = 3;

const noMarks: ReturnType<typeof eventMarks> = [];

function formatShare(share: number): string {
  return formatPercent(share, Math.abs(share) > 0.995 && share !== 1 ? 2 : 1);
}

function DataChart({
  shape,
  lines,
  marks,
  zoom,
  onZoom,
}: {
  shape: ChartShape;
  lines: Line[];
  marks: ReturnType<typeof eventMarks>;
  zoom: [number, number] | null;
  onZoom: (range: [number, number] | null) => void;
}) {
  const data = useMemo(() => ({ lines, marks, window: zoom }), [lines, marks, zoom]);
  return (
    <Chart shape={shape} data={data} group="job" onZoom={onZoom} empty={lines.length > 0 ? 'The record has no times. Choose another x axis.' : undefined} />
  );
}
