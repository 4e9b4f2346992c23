import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Comparison } from '../../api/types';
import { Problem, Waiting } from '../../ui/controls';
import { formatCount, formatSetting, formatValue } from '../../ui/format';
import { useLoad } from '../../ui/load';

/** The comparison of more jobs is wider than a page, so it opens on demand. */
const openLimit = 5;

/** Settings and figures of several jobs side by side. */
export function CompareCard({ ids }: { ids: string[] }) {
  const { value, error } = useLoad(() => api.compare(ids), [ids.join(',')]);
  const [all, setAll] = useState(false);
  if (error) return <Problem error={error} />;
  if (!value) return <Waiting what="the comparison" />;
  // While a new comparison is loading, the old one has different columns.
  if (value.figures.some((figure) => figure.values.length !== ids.length)) return <Waiting what="the comparison" />;
  return (
    <details class="card" open={ids.length <= openLimit}>
      <summary>Comparison</summary>
      <div class="card-head">
        <p class="summary">{firstDifference(value)}</p>
        <button type="button" class="small" aria-pressed={all} onClick={() => setAll(!all)}>
          All settings
        </button>
      </div>
      <CompareTable comparison={value} ids={ids} all={all} />
    </details>
  );
}

function CompareTable({ comparison, ids, all }: { comparison: Comparison; ids: string[]; all: boolean }) {
  const settings = comparison.settings.filter((setting) => all || setting.differs);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Comparison of jobs">
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Setting or figure</th>
            {ids.map((id) => (
              <th key={id} scope="col">
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.length === 0 && (
            <tr>
              <th scope="row">settings</th>
              <td colSpan={ids.length}>All settings are the same.</td>
            </tr>
          )}
          {settings.map((setting) => (
            <tr key={setting.name} class={setting.differs ? 'differs' : undefined}>
              <th scope="row">
                {setting.name} {all && setting.differs && <span class="tag">differs</span>}
              </th>
              {setting.values.map((value, i) => (
                <td key={i} class="long">
                  {formatSetting(value)}
                </td>
              ))}
            </tr>
          ))}
          {comparison.figures.map((figure) => (
            <tr key={figure.name}>
              <th scope="row">{figure.name}</th>
              {figure.values.map((value, i) => (
                <td key={i}>{Number.isInteger(value) ? formatCount(value) : formatValue(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function firstDifference({ firstDifferentStep: step }: Comparison): string {
  return typeof step === 'number'
    ? `The losses first differ at step ${formatCount(step)}.`
    : 'The losses are equal at every step that these jobs have in common.';
}
