import { tableOf } from './export';
import type { ChartData, ChartShape } from './model';
import { formatCount } from '../ui/format';

/** The chart as a table, for screen readers and for exact values. */
export function TableView({ data, shape }: { data: ChartData; shape: ChartShape }) {
  const table = tableOf(data, shape);
  const some =
    table.rows.length < table.points
      ? `${table.rows.length} of ${formatCount(table.points)} points, evenly chosen. CSV has them all.`
      : `All ${table.points} points.`;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`${shape.title} as a table`}>
      <table class="data">
        <caption>
          {shape.title}. {some}
        </caption>
        <thead>
          <tr>
            {table.columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, r) => (
            <tr key={r}>
              {row.map((value, c) =>
                c === 0 ? (
                  <th key={c} scope="row">
                    {value}
                  </th>
                ) : (
                  <td key={c}>{value}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
