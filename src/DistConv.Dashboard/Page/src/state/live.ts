import { batch, signal } from '@preact/signals';
import { EventStream, type Connection } from '../api/stream';
import type { ServerEvent } from '../api/sse';
import type { EpochMetrics, JobEvent, JobRow } from '../api/types';

export type LiveEvent =
  | { type: 'status'; job: string; row: JobRow }
  | { type: 'steps'; job: string; columns: string[]; rows: (number | null)[][] }
  | { type: 'epoch'; job: string; epoch: EpochMetrics }
  | { type: 'event'; job: string; entry: JobEvent }
  | { type: 'snapshot'; job: string; step: number }
  | { type: 'resync'; job: string }
  | { type: 'jobs' };

export const connection = signal<Connection>({ kind: 'idle' });
const listeners = new Set<(event: LiveEvent) => void>();

/** Events are dispatched in batches, so that many running jobs cause no more redraws than one. */
const handOnMs = 150;
let waiting: LiveEvent[] = [];

function handOn(event: LiveEvent): void {
  waiting.push(event);
  if (waiting.length > 1) return;
  setTimeout(() => {
    const events = waiting;
    waiting = [];
    batch(() => {
      for (const one of events) for (const listener of [...listeners]) listener(one);
    });
  }, handOnMs);
}

const stream = new EventStream({
  fetch: (url, init) => fetch(url, init),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  onEvent: (event) => {
    const live = parseLive(event);
    if (live) handOn(live);
  },
  onConnection: (state) => {
    connection.value = state;
  },
});

document.addEventListener('visibilitychange', () => stream.setHidden(document.hidden));

export function parseLive(event: ServerEvent): LiveEvent | null {
  const data = event.data === '' ? {} : (JSON.parse(event.data) as Record<string, unknown>);
  const job = String(data.job ?? '');
  switch (event.event) {
    case 'status':
      return { type: 'status', job: job || String(data.id), row: data as unknown as JobRow };
    case 'steps':
      return { type: 'steps', job, columns: data.columns as string[], rows: data.rows as (number | null)[][] };
    case 'epoch':
      return { type: 'epoch', job, epoch: data.epoch as EpochMetrics };
    case 'event':
      return { type: 'event', job, entry: data as unknown as JobEvent };
    case 'snapshot':
      return { type: 'snapshot', job, step: Number(data.step) };
    case 'resync':
      return { type: 'resync', job };
    case 'jobs':
      return { type: 'jobs' };
    default:
      return null; // An event of a newer server.
  }
}

export function listen(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Watches these jobs, each from a cursor on (null: from where the stream is, or from now). */
export function watchJobs(jobs: Map<string, string | null>): void {
  stream.watch(jobs);
}

export function retryConnection(): void {
  stream.retryNow();
}
