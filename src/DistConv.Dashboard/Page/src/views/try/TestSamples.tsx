import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad } from '../../ui/load';
import { MistakePicture, mistakeBlob } from '../job/EvaluationCard';

/** The worst mistakes as inputs, for those who cannot draw. */
export function TestSamples({ id, onChoose }: { id: string; onChoose: (picture: Blob) => void }) {
  const [open, setOpen] = useState(false);
  const { value, error } = useLoad(() => (open ? api.evaluation(id) : null), [id, open]);
  return (
    <details class="test-samples" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Test samples that the network misclassifies</summary>
      {error && <p class="hint">There are none yet. {error.message}</p>}
      <div class="picker-samples">
        {value?.mistakes.map((mistake) => (
          <button key={mistake.index} type="button" class="bare" onClick={() => onChoose(mistakeBlob(mistake))}>
            <MistakePicture mistake={mistake} label={`Test sample ${mistake.index}`} />
          </button>
        ))}
      </div>
    </details>
  );
}
