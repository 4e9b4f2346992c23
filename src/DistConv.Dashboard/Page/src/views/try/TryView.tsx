import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { JobDetail, PredictionAnswer } from '../../api/types';
import type { JobCurves } from '../../state/curves';
import { useCurves } from '../../state/watching';
import { Problem, Waiting } from '../../ui/controls';
import { formatCount } from '../../ui/format';
import { JobHead } from '../job/JobHead';
import { DrawPad } from './DrawPad';
import { lastInput, readInputShape, reduceDrawing, spread } from './input';
import { LayerMapsList, NetworkInput } from './Layers';
import { Probabilities } from './Probabilities';
import { LatestOnly } from './latest';
import { TestSamples } from './TestSamples';

const padSize = 280;

export function TryView({ id }: { id: string }) {
  const [job] = useCurves([id]);
  const detail = job.detail.value;
  if (!detail) return job.error.value ? <Problem error={job.error.value} retry={() => location.reload()} /> : <Waiting what="the job" />;
  return (
    <>
      <JobHead job={job} view="try" />
      <Try job={job} detail={detail} />
    </>
  );
}

function Try({ job, detail }: { job: JobCurves; detail: JobDetail }) {
  const shape = useMemo(() => readInputShape(detail.spec.modelJson), [detail.spec.modelJson]);
  const [answer, setAnswer] = useState<PredictionAnswer | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [cleared, setCleared] = useState(0);
  const [fit, setFit] = useState(shape?.channels === 1);
  const input = useRef<number[] | Blob | null>(null);
  const drawing = useRef<HTMLCanvasElement | null>(null);
  const queue = useMemo(
    () =>
      new LatestOnly<number[] | Blob, PredictionAnswer>(
        (next) => api.predict(job.id, next),
        (value) => {
          setAnswer(value);
          setError(null);
        },
        (failure) => setError(failure),
      ),
    [job.id],
  );
  const newest = job.snapshotStep.value;

  const give = (next: number[] | Blob) => {
    input.current = next;
    lastInput.value = { job: job.id, input: next };
    queue.give(next);
  };
  const draw = (canvas: HTMLCanvasElement) => {
    drawing.current = canvas;
    const plane = shape && reduceDrawing(canvas, shape, fit);
    if (shape && plane) give(spread(plane, shape.channels));
  };
  const clear = () => {
    setCleared(cleared + 1);
    setAnswer(null);
    input.current = null;
    drawing.current = null;
  };
  // A new snapshot classifies the same input again, which shows how the prediction changes.
  useEffect(() => {
    if (input.current !== null) queue.give(input.current);
  }, [newest]);
  useEffect(() => {
    if (drawing.current) draw(drawing.current);
  }, [fit]);

  return (
    <div class="try">
      <section class="card" aria-label="Your input">
        <DrawPad size={padSize} cleared={cleared} onDraw={draw} onFile={give} />
        <div class="form-end">
          <button type="button" onClick={clear}>
            Clear
          </button>
          <label class="button">
            Choose a picture
            <input
              type="file"
              accept="image/*"
              class="visually-hidden"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file) give(file);
                event.currentTarget.value = '';
              }}
            />
          </label>
        </div>
        <label class="check">
          <input type="checkbox" checked={fit} onChange={() => setFit(!fit)} /> Scale and centre the drawing as MNIST’s digits are
        </label>
        <TestSamples id={job.id} onChoose={give} />
        {answer && <NetworkInput answer={answer} />}
      </section>
      <section class="card" aria-label="Prediction">
        {error && <Problem error={error} />}
        {!answer && !error && (
          <p class="empty">
            Draw on the pad, drop a picture on it, or choose a file. The newest snapshot classifies it, and each new snapshot classifies it again while the job
            runs.
          </p>
        )}
        {answer && <Probabilities answer={answer} />}
        {answer && <p class="hint">From the snapshot of step {formatCount(answer.step)}.</p>}
      </section>
      {answer?.maps && <LayerMapsList answer={answer} />}
    </div>
  );
}
