import { useId, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { ApiError } from '../../api/http';
import type { JobRow } from '../../api/types';
import { putRow } from '../../state/jobs';
import { notify, reportError } from '../../ui/notice';

/** A job's tags, for a list or a head. */
export function Tags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul class="tags" aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag}>{tag}</li>
      ))}
    </ul>
  );
}

/** Words between spaces or commas, each once. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((tag) => tag.length > 0))];
}

/** What people have written on a job, and a form to change it. */
export function Labels({ row, onSaved }: { row: JobRow; onSaved: (row: JobRow) => void }) {
  const [editing, setEditing] = useState(false);
  if (editing)
    return (
      <LabelsForm
        row={row}
        onBack={() => setEditing(false)}
        onSaved={(saved) => {
          setEditing(false);
          onSaved(saved);
        }}
      />
    );
  const isEmpty = row.tags.length === 0 && row.note.length === 0;
  return (
    <div class="labels">
      <Tags tags={row.tags} />
      {row.note && <p class="note">{row.note}</p>}
      <button type="button" class="quiet" onClick={() => setEditing(true)}>
        {isEmpty ? 'Add tags or a note' : 'Edit tags and note'}
      </button>
    </div>
  );
}

function LabelsForm({ row, onBack, onSaved }: { row: JobRow; onBack: () => void; onSaved: (row: JobRow) => void }) {
  const [tags, setTags] = useState(row.tags.join(' '));
  const [note, setNote] = useState(row.note);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const id = useId();

  const save = async () => {
    setBusy(true);
    try {
      const saved = { ...(await api.label(row.id, parseTags(tags), note)), id: row.id };
      putRow(saved);
      notify(`Tags and note of ${row.id} are saved.`, 'good');
      onSaved(saved);
    } catch (error) {
      if (error instanceof ApiError && error.problems.length > 0)
        setProblems(Object.fromEntries(error.problems.map((problem) => [problem.setting, `${problem.setting} ${problem.problem}`])));
      else reportError(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="labels"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="field">
        <label for={`${id}-tags`}>Tags, separated by spaces</label>
        <input
          id={`${id}-tags`}
          value={tags}
          aria-invalid={problems.tags !== undefined}
          aria-describedby={problems.tags ? `${id}-tags-problem` : undefined}
          onInput={(event) => setTags(event.currentTarget.value)}
        />
        {problems.tags && (
          <p id={`${id}-tags-problem`} class="bad">
            {problems.tags}
          </p>
        )}
      </div>
      <div class="field">
        <label for={`${id}-note`}>Note</label>
        <textarea
          id={`${id}-note`}
          rows={3}
          value={note}
          aria-invalid={problems.note !== undefined}
          aria-describedby={problems.note ? `${id}-note-problem` : undefined}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        {problems.note && (
          <p id={`${id}-note-problem`} class="bad">
            {problems.note}
          </p>
        )}
      </div>
      <span class="actions">
        <button type="submit" class="primary" disabled={busy}>
          Save
        </button>
        <button type="button" onClick={onBack}>
          Back
        </button>
      </span>
    </form>
  );
}
