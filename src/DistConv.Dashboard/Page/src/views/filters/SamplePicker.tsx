import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { decodeFloats } from '../../api/series';
import type { PredictionAnswer } from '../../api/types';
import { reportError } from '../../ui/notice';
import { useLoad } from '../../ui/load';
import { MistakePicture, mistakeBlob } from '../job/EvaluationCard';
import { lastInput } from '../try/input';
import type { LayerMaps } from './FilterGrid';

/** The feature maps of the chosen sample, layer by layer. */
export const sampleMaps = signal<{ job: string; name: string; maps: Map<string, LayerMaps> } | null>(null);

export function mapsOf(answer: PredictionAnswer): Map<string, LayerMaps> {
  return new Map((answer.maps ?? []).map(({ layer, height, width, channels, values }) => [layer, { height, width, channels, values: decodeFloats(values) }]));
}

/** Chooses a sample whose feature maps stand beside the filters: what was drawn under "Try it", or one of the worst mistakes. */
export function SamplePicker({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const evaluation = useLoad(() => (open ? api.evaluation(id) : null), [id, open]);
  const shown = sampleMaps.value?.job === id ? sampleMaps.value : null;
  const show = async (name: string, input: number[] | Blob) => {
    try {
      sampleMaps.value = { job: id, name, maps: mapsOf(await api.predict(id, input)) };
      setOpen(false);
    } catch (error) {
      reportError(error);
    }
  };
  const own = lastInput.value?.job === id ? lastInput.value : null;
  return (
    <div
      class="picker"
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpen(false);
      }}
    >
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {shown ? `Feature maps of ${shown.name}` : 'Feature maps of a sample…'}
      </button>
      {shown && (
        <button
          type="button"
          onClick={() => {
            sampleMaps.value = null;
          }}
        >
          Without
        </button>
      )}
      {open && (
        <div class="card picker-panel" role="group" aria-label="Samples">
          {own && (
            <button type="button" onClick={() => void show('your input', own.input)}>
              Your input from “Try it”
            </button>
          )}
          {evaluation.error && <p class="hint">There are no test samples before the first evaluation. Draw one under “Try it”.</p>}
          <div class="picker-samples">
            {evaluation.value?.mistakes.map((mistake) => (
              <button key={mistake.index} type="button" class="bare" onClick={() => void show(`test sample ${mistake.index}`, mistakeBlob(mistake))}>
                <MistakePicture mistake={mistake} label={`Test sample ${mistake.index}`} />
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
