import { useEffect, useMemo } from 'preact/hooks';
import { isDark } from '../../charts/theme';
import { smoothingChoices } from '../../charts/smooth';
import { formatRange, oneOf, parseList, parseRange } from '../../state/address';
import { address, setQuery } from '../../state/route';
import { useCurves } from '../../state/watching';
import { Problem, Waiting } from '../../ui/controls';
import { axes, AxisMap, type Axis } from './axis';
import { CompareCard } from './CompareCard';
import { CurveCharts } from './CurveCharts';
import { EvaluationCard } from './EvaluationCard';
import { EventsCard } from './EventsCard';
import { HistogramCard } from './HistogramCard';
import { JobHead } from './JobHead';
import { ModelCard } from './ModelCard';
import { SpecCard } from './SpecCard';
import { ViewBar } from './ViewBar';

export interface CurveSettings {
  axis: Axis;
  log: boolean;
  smoothing: number;
  zoom: [number, number] | null;
  dark: boolean;
}

/** After this many half-lives, earlier points weigh less than 1/200. */
const warmUp = 8;

export function JobView({ id }: { id: string }) {
  const { query } = address.value;
  const others = parseList(query.with)
    .filter((other) => other !== id)
    .slice(0, 19);
  const jobs = useCurves([id, ...others]);
  const [main] = jobs;
  const axis = oneOf(query.x, axes, 'step');
  const settings: CurveSettings = {
    axis,
    log: query.y === 'log',
    smoothing: smoothingChoices.find((choice) => String(choice) === query.smooth) ?? 0,
    zoom: useMemo(() => parseRange(query.zoom), [query.zoom]),
    dark: isDark.value,
  };
  const detail = main.detail.value;
  const isLoaded = detail !== null;

  useEffect(() => {
    for (const job of jobs) {
      if (job.overview.length === 0) continue;
      job.look(settings.zoom && new AxisMap(job, axis).toSteps(settings.zoom, warmUp * settings.smoothing));
    }
  }, [query.zoom, axis, settings.smoothing, jobs.map((job) => job.version.value === 0).join()]);

  const zoom = (range: [number, number] | null) => setQuery({ zoom: range && formatRange(range) });

  if (main.error.value && !detail)
    return (
      <>
        <div class="page-head">
          <h1>{id}</h1>
        </div>
        <Problem error={main.error.value} retry={() => location.reload()} />
      </>
    );
  if (!isLoaded)
    return (
      <>
        <div class="page-head">
          <h1>{id}</h1>
        </div>
        <Waiting what="the job" />
      </>
    );
  return (
    <>
      <JobHead job={main} view="job" />
      {main.error.value && <Problem error={main.error.value} retry={() => void main.reload()} />}
      {jobs.slice(1).map((job) => job.error.value && <Problem key={job.id} error={new Error(`${job.id}: ${job.error.value.message}`)} />)}
      <ViewBar jobs={jobs} settings={settings} id={id} others={others} onZoom={zoom} />
      <CurveCharts jobs={jobs} settings={settings} onZoom={zoom}>
        {others.length > 0 && <CompareCard ids={[id, ...others]} />}
      </CurveCharts>
      <div class="columns">
        <EventsCard job={main} />
        <ModelCard detail={detail} />
      </div>
      <EvaluationCard job={main} />
      <HistogramCard job={main} />
      <SpecCard detail={detail} />
    </>
  );
}
