import { useMemo } from 'preact/hooks';
import { api } from '../../api/client';
import { decodeFloats } from '../../api/series';
import { oneOf } from '../../state/address';
import { address, setQuery } from '../../state/route';
import { useCurves } from '../../state/watching';
import { Problem, Segments, Select, Waiting } from '../../ui/controls';
import { formatCount, formatPercent } from '../../ui/format';
import { useLoad } from '../../ui/load';
import { findSnapshot, SnapshotSlider } from '../../ui/snapshots';
import { JobHead } from '../job/JobHead';
import { filterSorts, measure, sortFilters } from './arrange';
import { FilterGrid } from './FilterGrid';
import { SamplePicker, sampleMaps } from './SamplePicker';

export function FiltersView({ id }: { id: string }) {
  const [job] = useCurves([id]);
  const detail = job.detail.value;
  if (!detail) return job.error.value ? <Problem error={job.error.value} retry={() => location.reload()} /> : <Waiting what="the job" />;
  const layers = detail.layers.filter((layer) => layer.hasKernels).map((layer) => layer.name);
  return (
    <>
      <JobHead job={job} view="filters" />
      {layers.length === 0 ? (
        <p class="card empty">This model has no convolution, so there are no kernels to look at.</p>
      ) : (
        <Filters id={id} layers={layers} snapshotStep={job.snapshotStep.value} />
      )}
    </>
  );
}

function Filters({ id, layers, snapshotStep }: { id: string; layers: string[]; snapshotStep: number }) {
  const { query } = address.value;
  const layer = oneOf(query.layer, layers, layers[0]);
  const sort = oneOf(query.sort, filterSorts, 'index');
  const snapshots = useLoad(() => api.snapshots(id), [id, snapshotStep]);
  const rows = snapshots.value?.snapshots ?? [];
  const index = findSnapshot(rows, query.step);
  const step = rows[index]?.step;
  const first = rows[0]?.step;
  const last = rows[rows.length - 1]?.step;
  const now = useLoad((signal) => (step === undefined ? null : api.kernels(id, layer, step, signal)), [id, layer, step]);
  const before = useLoad((signal) => (first === undefined ? null : api.kernels(id, layer, first, signal)), [id, layer, first]);
  const newest = useLoad((signal) => (last === undefined ? null : api.kernels(id, layer, last, signal)), [id, layer, last]);
  const words = useLoad(() => (step === undefined ? null : api.descriptions(id, layer)), [id, layer, rows.length]);
  // One scale for all snapshots, so that a colour means the same weight while the slider moves.
  const scale = Math.max(...[before.value, now.value, newest.value].map((kernels) => (kernels?.layer === layer ? kernels.scale : 0)));
  const fresh = useMemo(() => (now.value?.layer === layer ? { ...now.value, scale } : null), [now.value, layer, scale]);
  const begin = before.value?.layer === layer ? before.value : null;
  const values = useMemo(() => (fresh ? decodeFloats(fresh.kernels) : null), [fresh]);
  const beginValues = useMemo(() => (begin ? decodeFloats(begin.kernels) : null), [begin]);
  const described = words.value?.layer === layer ? words.value : null;
  const items = useMemo(
    () => (fresh && values ? sortFilters(measure(values, beginValues, fresh, described?.filters ?? []), sort) : []),
    [fresh, values, beginValues, described, sort],
  );

  return (
    <>
      <div class="toolbar" role="group" aria-label="Which filters are shown">
        <Select label="Layer" value={layer} choices={layers.map((value) => ({ value, label: value }))} onChange={(value) => setQuery({ layer: value })} />
        <Segments
          label="Sort by"
          value={sort}
          choices={filterSorts.map((value) => ({ value, label: value }))}
          onChange={(value) => setQuery({ sort: value === 'index' ? null : value })}
        />
        <SnapshotSlider
          rows={rows}
          index={index}
          following={query.step === undefined}
          onChange={(next) => setQuery({ step: next === rows.length - 1 ? null : String(rows[next].step) })}
        />
        <SamplePicker id={id} />
      </div>
      {snapshots.error && <Problem error={snapshots.error} retry={snapshots.reload} />}
      {now.error && <Problem error={now.error} retry={now.reload} />}
      {words.error && <p class="hint">No names: {words.error.message}</p>}
      {snapshots.value && rows.length === 0 && <p class="card empty">No kernels are recorded yet. They appear after the first steps.</p>}
      {described && (
        <p class="hint">
          {formatCount(described.filters.filter((filter) => filter.isStructured).length)} of {formatCount(described.filters.length)} filters are structured at
          step {formatCount(described.step)}; {formatPercent(described.chanceLevel, 0)} of untrained filters would be, by chance. Red weights add, blue ones
          subtract, on one scale for all filters of the layer; the small picture is the kernel before training. Select a filter for its details.
        </p>
      )}
      {fresh && values && (
        <FilterGrid
          items={items}
          kernels={fresh}
          values={values}
          before={beginValues}
          groupByName={sort === 'name'}
          maps={sampleMaps.value?.maps.get(layer) ?? null}
        />
      )}
    </>
  );
}
