import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { JobRow, JobState } from '../../api/types';
import { info, putRow } from '../../state/jobs';
import { notify, reportError } from '../../ui/notice';

type Command = 'pause' | 'resume' | 'cancel';

/** The commands that a job in this state accepts. */
export function commandsFor(state: JobState): Command[] {
  switch (state) {
    case 'running':
      return ['pause', 'cancel'];
    case 'queued':
      return ['cancel'];
    case 'paused':
    case 'stopped':
    case 'interrupted':
      return ['resume', 'cancel'];
    case 'cancelled':
    case 'failed':
      return ['resume'];
    case 'done':
      return [];
  }
}

const words: Record<Command, { label: string; done: string }> = {
  pause: { label: 'Pause', done: 'will pause after its current step and write a snapshot.' },
  resume: { label: 'Resume', done: 'has been resumed.' },
  cancel: { label: 'Cancel', done: 'will end after its current step and write a snapshot.' },
};

/** Buttons for the commands that the job accepts. Commands that resume training need a source that can train. */
export function JobActions({ row }: { row: JobRow }) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<'cancel' | 'extend' | null>(null);
  const canStart = info.value?.canStart === true;
  const commands = commandsFor(row.state).filter((command) => command !== 'resume' || canStart);

  const send = async (call: () => Promise<JobRow>, done: string) => {
    setBusy(true);
    try {
      putRow({ ...(await call()), id: row.id });
      notify(`${row.id} ${done}`, 'good');
      setAsking(null);
    } catch (error) {
      reportError(error);
    } finally {
      setBusy(false);
    }
  };
  const run = (command: Command) => send(() => api.command(row.id, command), words[command].done);

  if (asking === 'cancel') {
    return (
      <span class="actions" role="group" aria-label={`Cancel ${row.id}?`}>
        <span>Cancel this job?</span>
        <button type="button" class="danger" disabled={busy} onClick={() => void run('cancel')}>
          Cancel the job
        </button>
        <button type="button" onClick={() => setAsking(null)}>
          Keep it
        </button>
      </span>
    );
  }
  if (asking === 'extend')
    return (
      <Extend
        row={row}
        busy={busy}
        onBack={() => setAsking(null)}
        onSend={(epochs) => void send(() => api.extend(row.id, epochs), `now has ${epochs} epochs.`)}
      />
    );
  return (
    <span class="actions">
      {commands.map((command) => (
        <button
          key={command}
          type="button"
          disabled={busy}
          aria-label={`${words[command].label} ${row.id}`}
          onClick={() => (command === 'cancel' ? setAsking('cancel') : void run(command))}
        >
          {words[command].label}
        </button>
      ))}
      {canStart && row.state === 'done' && (
        <button type="button" aria-label={`Extend ${row.id}`} onClick={() => setAsking('extend')}>
          Extend
        </button>
      )}
    </span>
  );
}

function Extend({ row, busy, onBack, onSend }: { row: JobRow; busy: boolean; onBack: () => void; onSend: (epochs: number) => void }) {
  const [epochs, setEpochs] = useState(row.epochs + 1);
  const id = `extend-${row.id}`;
  return (
    <form
      class="actions"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(epochs);
      }}
    >
      <label for={id}>Total epochs</label>
      <input id={id} type="number" min={row.epochs + 1} max={10000} value={epochs} onInput={(event) => setEpochs(Number(event.currentTarget.value))} />
      <button type="submit" class="primary" disabled={busy || !(epochs > row.epochs)}>
        Extend
      </button>
      <button type="button" onClick={onBack}>
        Back
      </button>
    </form>
  );
}
