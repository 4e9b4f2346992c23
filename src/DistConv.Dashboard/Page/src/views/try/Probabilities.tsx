import type { PredictionAnswer } from '../../api/types';
import { formatPercent } from '../../ui/format';

const most = 12;

/** The outputs as bars; only the most likely ones of many classes. */
export function Probabilities({ answer }: { answer: PredictionAnswer }) {
  const { outputs, classNames, top } = answer;
  const named = outputs.map((value, index) => ({ value, index, name: classNames?.[index] ?? String(index) }));
  const shown = named.length <= most ? named : [...named].sort((a, b) => b.value - a.value).slice(0, most);
  return (
    <>
      {top && (
        <p class="prediction" aria-live="polite">
          <b>{top.name}</b> <span>{formatPercent(top.probability, 1)}</span>
        </p>
      )}
      <table class="probabilities">
        <caption class="visually-hidden">Probability of each class</caption>
        <tbody>
          {shown.map(({ value, index, name }) => (
            <tr key={index} class={index === top?.index ? 'top' : undefined}>
              <th scope="row">{name}</th>
              <td class="bar-cell">
                <span class="bar wide" aria-hidden="true">
                  <span style={{ width: `${Math.max(0, Math.min(1, value)) * 100}%` }} />
                </span>
              </td>
              <td class="numeric">{formatPercent(value, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {named.length > most && (
        <p class="hint">
          The {most} most likely of {named.length} classes.
        </p>
      )}
    </>
  );
}
