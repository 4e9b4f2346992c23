import { useMemo } from 'preact/hooks';
import { api } from '../../api/client';
import { decodeBytes } from '../../api/series';
import type { Evaluation, Mistake } from '../../api/types';
import { download, fileName, quote } from '../../charts/export';
import type { JobCurves } from '../../state/curves';
import { Problem, Waiting } from '../../ui/controls';
import { formatCount, formatPercent, formatValue } from '../../ui/format';
import { useLoad } from '../../ui/load';
import { Picture } from '../../ui/Picture';

/** What the newest snapshot gets right and wrong on the test set. */
export function EvaluationCard({ job }: { job: JobCurves }) {
  const epochs = job.detail.value?.epochs.length ?? 0;
  const { value, error } = useLoad(() => (epochs > 0 ? api.evaluation(job.id) : null), [job.id, epochs]);
  return (
    <section class="card" aria-labelledby="evaluation-title">
      <header class="card-head">
        <h2 id="evaluation-title">Evaluation on the test set</h2>
        {value && (
          <p class="summary">
            {formatCount(value.testSamples)} samples, step {formatCount(value.step)}
            {value.auc != null && `, AUC ${formatValue(value.auc)}`}
            {value.meanAbsoluteError != null && `, mean absolute error ${formatValue(value.meanAbsoluteError)}`}
          </p>
        )}
        {value && value.confusion.length > 0 && (
          <div class="chart-tools">
            <button type="button" class="small" onClick={() => saveConfusion(value)}>
              CSV
            </button>
          </div>
        )}
      </header>
      {epochs === 0 && <p class="empty">The test set is evaluated after each epoch.</p>}
      {error && <Problem error={error} />}
      {epochs > 0 && !value && !error && <Waiting what="the evaluation" />}
      {value && value.outputs.length > 0 && <Outputs evaluation={value} />}
      {value && value.confusion.length > 0 && (
        <div class="columns evaluation">
          <Confusion evaluation={value} />
          <Mistakes evaluation={value} />
        </div>
      )}
    </section>
  );
}

/** Each of several labels or numbers. */
function Outputs({ evaluation }: { evaluation: Evaluation }) {
  const isRanked = evaluation.outputs.some((output) => output.auc != null);
  return (
    <table>
      <caption>{isRanked ? 'Area under the curve (AUC) of each label' : 'Mean absolute error of each number'}</caption>
      <tbody>
        {evaluation.outputs.map(({ name, auc, meanAbsoluteError }) => {
          const figure = isRanked ? auc : meanAbsoluteError;
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="numeric">{figure == null ? '–' : formatValue(figure)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function saveConfusion(evaluation: Evaluation): void {
  const names = evaluation.confusion.map((_, index) => quote(classLabel(evaluation, index)));
  const lines = [['actual', ...names], ...evaluation.confusion.map((row, a) => [names[a], ...row])].map((cells) => cells.join(','));
  download(fileName('confusion', 'csv'), new Blob([lines.join('\n') + '\n'], { type: 'text/csv' }));
}

function classLabel(evaluation: Evaluation, index: number): string {
  return evaluation.classNames?.[index] ?? String(index);
}

function Confusion({ evaluation }: { evaluation: Evaluation }) {
  const { confusion } = evaluation;
  const worst = useMemo(() => Math.max(1, ...confusion.flatMap((row, a) => row.filter((_, p) => p !== a))), [confusion]);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Confusion matrix">
      <table class="confusion">
        <caption>Confusion matrix: how many samples of each class (row) were predicted as which (column)</caption>
        <thead>
          <tr>
            <th scope="col">Actual \ Predicted</th>
            {confusion.map((_, p) => (
              <th key={p} scope="col">
                {classLabel(evaluation, p)}
              </th>
            ))}
            <th scope="col">right</th>
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, a) => {
            const total = row.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={a}>
                <th scope="row">{classLabel(evaluation, a)}</th>
                {row.map((count, p) => (
                  <Cell key={p} count={count} right={a === p} share={a === p ? (total ? count / total : 0) : count / worst} />
                ))}
                <td class="numeric">{total > 0 ? formatPercent(row[a] / total, 1) : '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A count. The strength of its colour shows its share of the class (right) or of the most frequent mistake (wrong). */
function Cell({ count, right, share }: { count: number; right: boolean; share: number }) {
  const level = count === 0 ? 0 : Math.max(1, Math.min(4, Math.ceil(share * 4)));
  return <td class={`numeric ${right ? 'right' : 'wrong'} level-${level}`}>{count === 0 ? <span class="zero">0</span> : formatCount(count)}</td>;
}

function Mistakes({ evaluation }: { evaluation: Evaluation }) {
  if (evaluation.mistakes.length === 0) return <p class="empty">There are no mistakes.</p>;
  return (
    <div>
      <h3>Worst mistakes</h3>
      <ul class="mistakes">
        {evaluation.mistakes.map((mistake) => (
          <li key={mistake.index}>
            <MistakePicture mistake={mistake} label={`Test sample ${mistake.index}`} />
            <span>
              is <b>{classLabel(evaluation, mistake.actual)}</b>
            </span>
            <small>predicted {classLabel(evaluation, mistake.predicted)}</small>
            <small>{formatPercent(mistake.confidence, 1)}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function mistakeBlob(mistake: Mistake): Blob {
  return new Blob([decodeBytes(mistake.picture)], { type: 'image/png' });
}

/** Painted into a canvas, because the page's policy forbids data: addresses. */
export function MistakePicture({ mistake, label }: { mistake: Mistake; label: string }) {
  const paint = (canvas: HTMLCanvasElement) => {
    createImageBitmap(mistakeBlob(mistake)).then(
      (bitmap) => {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
        canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
        bitmap.close();
      },
      () => canvas.setAttribute('aria-label', `${label}: the picture cannot be shown`),
    );
  };
  return <Picture paint={paint} label={label} dependencies={[mistake.picture]} />;
}
