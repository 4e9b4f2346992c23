import type { JobDetail } from '../../api/types';
import { formatCount, formatPercent, formatShape } from '../../ui/format';

/** The layers with shapes, parameters and their share of a step's arithmetic. */
export function ModelCard({ detail }: { detail: JobDetail }) {
  const parameters = detail.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return (
    <section class="card" aria-labelledby="model-title">
      <header class="card-head">
        <h2 id="model-title">Model</h2>
        <p class="summary">
          {detail.row.model}, {formatCount(parameters)} parameters
        </p>
      </header>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Layers of the model">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Kind</th>
              <th scope="col">Output</th>
              <th scope="col" class="numeric">
                Parameters
              </th>
              <th scope="col">Share of arithmetic</th>
            </tr>
          </thead>
          <tbody>
            {detail.layers.map((layer) => (
              <tr key={layer.name}>
                <th scope="row">{layer.name}</th>
                <td>{layer.kind}</td>
                <td>{formatShape(layer.output)}</td>
                <td class="numeric">{formatCount(layer.parameters)}</td>
                <td>
                  <span class="bar" aria-hidden="true">
                    <span style={{ width: `${layer.share * 100}%` }} />
                  </span>{' '}
                  {formatPercent(layer.share, 1)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
