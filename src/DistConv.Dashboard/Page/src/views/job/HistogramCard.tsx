import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Histogram } from '../../api/types';
import { download, fileName, quote } from '../../charts/export';
import { inkOf, isDark } from '../../charts/theme';
import type { JobCurves } from '../../state/curves';
import { address, setQuery } from '../../state/route';
import { Problem } from '../../ui/controls';
import { formatCount, formatExact, formatValue } from '../../ui/format';
import { reportError } from '../../ui/notice';
import { histogramPng } from './histogram-png';
import { useLoad } from '../../ui/load';
import { findSnapshot, SnapshotSlider } from '../../ui/snapshots';

/** How the weights and biases of each layer are distributed at a snapshot. */
export function HistogramCard({ job }: { job: JobCurves }) {
  const [asTable, setAsTable] = useState(false);
  const snapshots = useLoad(() => api.snapshots(job.id), [job.id, job.snapshotStep.value]);
  // Kernels are recorded more often than all weights.
  const rows = (snapshots.value?.snapshots ?? []).filter((row) => row.isWhole);
  const chosen = address.value.query.hist;
  const index = findSnapshot(rows, chosen);
  const step = rows[index]?.step;
  const { value, error } = useLoad(() => (step === undefined ? null : api.histograms(job.id, step)), [job.id, step]);
  const layers = value?.layers ?? [];
  const saveCsv = () => download(fileName('weights', 'csv'), new Blob([csv(layers)], { type: 'text/csv' }));
  const savePng = () =>
    histogramPng(layers, `Weights at step ${step}`, inkOf(isDark.value)).then((blob) => download(fileName('weights', 'png'), blob), reportError);
  return (
    <section class="card" aria-labelledby="histogram-title">
      <header class="card-head">
        <h2 id="histogram-title">Weights</h2>
        <div class="chart-tools">
          <button type="button" class="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
          <button type="button" class="small" disabled={layers.length === 0} onClick={saveCsv}>
            CSV
          </button>
          <button type="button" class="small" disabled={layers.length === 0} onClick={savePng}>
            PNG
          </button>
        </div>
      </header>
      {error && <Problem error={error} />}
      {rows.length === 0 && <p class="empty">There is no snapshot yet.</p>}
      {rows.length > 0 && (
        <SnapshotSlider
          rows={rows}
          index={index}
          following={chosen === undefined}
          onChange={(next) => setQuery({ hist: next === rows.length - 1 ? null : String(rows[next].step) })}
        />
      )}
      <ul class="histograms">
        {layers.map((layer) => (
          <li key={layer.name}>
            <HistogramPlot layer={layer} />
          </li>
        ))}
      </ul>
      {asTable && <HistogramTable layers={layers} />}
    </section>
  );
}

const width = 256;
const height = 90;

function HistogramPlot({ layer }: { layer: Histogram }) {
  const top = Math.max(1, ...layer.counts);
  const bar = width / layer.counts.length;
  const zero = layer.min < 0 && layer.max > 0 ? (width * -layer.min) / (layer.max - layer.min) : null;
  const label = `${layer.name}: weights from ${formatValue(layer.min)} to ${formatValue(layer.max)}, most often near ${formatValue(mode(layer))}`;
  return (
    <figure>
      <figcaption>{layer.name}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} preserveAspectRatio="none">
        {layer.counts.map((count, i) => (
          <rect key={i} x={i * bar} width={bar} y={height - (count / top) * height} height={(count / top) * height} class="bar-fill" />
        ))}
        {zero !== null && <line x1={zero} x2={zero} y1="0" y2={height} class="zero-line" />}
      </svg>
      <div class="histogram-ends">
        <span>{formatValue(layer.min)}</span>
        <span>{zero !== null && '0'}</span>
        <span>{formatValue(layer.max)}</span>
      </div>
    </figure>
  );
}

function mode(layer: Histogram): number {
  const at = layer.counts.indexOf(Math.max(...layer.counts));
  return edge(layer, at + 0.5);
}

function edge(layer: Histogram, bin: number): number {
  return layer.min + ((layer.max - layer.min) * bin) / layer.counts.length;
}

function HistogramTable({ layers }: { layers: Histogram[] }) {
  const bins = layers[0]?.counts.length ?? 0;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Weights as a table">
      <table class="data">
        <caption>How many weights of each layer lie in which part of its range. Each range has {bins} equal parts.</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            {layers.map((layer) => (
              <th key={layer.name} scope="col">
                {layer.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: bins }, (_, bin) => (
            <tr key={bin}>
              <th scope="row">{bin + 1}</th>
              {layers.map((layer) => (
                <td key={layer.name}>
                  {formatCount(layer.counts[bin])} from {formatValue(edge(layer, bin))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function csv(layers: Histogram[]): string {
  const rows = layers.flatMap((layer) =>
    layer.counts.map((count, bin) => [quote(layer.name), formatExact(edge(layer, bin)), formatExact(edge(layer, bin + 1)), count].join(',')),
  );
  return ['layer,from,to,weights', ...rows].join('\n') + '\n';
}
