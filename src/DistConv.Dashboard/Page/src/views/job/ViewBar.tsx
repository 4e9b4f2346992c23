import { smoothingChoices } from '../../charts/smooth';
import { rows, loadJobs } from '../../state/jobs';
import { setQuery } from '../../state/route';
import { Segments, Select } from '../../ui/controls';
import type { JobCurves } from '../../state/curves';
import { axes } from './axis';
import type { CurveSettings } from './JobView';
import { ZoomBar } from './ZoomBar';

interface Props {
  jobs: JobCurves[];
  settings: CurveSettings;
  id: string;
  others: string[];
  onZoom: (range: [number, number] | null) => void;
}

/** Settings of all charts. They are part of the address. */
export function ViewBar({ jobs, settings, id, others, onZoom }: Props) {
  const { axis, log, smoothing, zoom } = settings;
  return (
    <div class="toolbar" role="group" aria-label="How the charts are drawn">
      <Segments
        label="x axis"
        value={axis}
        choices={axes.map((value) => ({ value, label: value }))}
        onChange={(value) => setQuery({ x: value === 'step' ? null : value, zoom: null })}
      />
      <Segments
        label="Loss axis"
        value={log ? 'log' : 'linear'}
        choices={[
          { value: 'linear', label: 'linear' },
          { value: 'log', label: 'log' },
        ]}
        onChange={(value) => setQuery({ y: value === 'log' ? 'log' : null })}
      />
      <Select
        label="Smoothing"
        value={String(smoothing)}
        choices={smoothingChoices.map((steps) => ({ value: String(steps), label: steps === 0 ? 'none' : `half-life ${steps} steps` }))}
        onChange={(value) => setQuery({ smooth: value === '0' ? null : value })}
      />
      <Overlay id={id} others={others} />
      <ZoomBar jobs={jobs} axis={axis} zoom={zoom} onZoom={onZoom} />
      {!zoom && <span class="hint">Drag over a chart to zoom. The band is the range of recorded values.</span>}
    </div>
  );
}

function Overlay({ id, others }: { id: string; others: string[] }) {
  const known = (rows.value ?? []).map((row) => row.id).filter((other) => other !== id && !others.includes(other));
  const set = (ids: string[]) => setQuery({ with: ids.join(',') || null });
  return (
    <div
      class="overlay"
      onFocusCapture={() => {
        if (rows.value === null) void loadJobs();
      }}
      onPointerEnter={() => {
        if (rows.value === null) void loadJobs();
      }}
    >
      <Select
        label="Overlay"
        value=""
        choices={[{ value: '', label: 'add a job…' }, ...known.map((value) => ({ value, label: value }))]}
        onChange={(value) => {
          if (value) set([...others, value]);
        }}
      />
      {others.map((other) => (
        <button
          key={other}
          type="button"
          class="chip"
          aria-label={`Remove ${other} from the charts`}
          onClick={() => set(others.filter((one) => one !== other))}
        >
          {other} ✕
        </button>
      ))}
    </div>
  );
}
