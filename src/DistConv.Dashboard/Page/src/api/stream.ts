import { authorization, readProblem, type ApiError } from './http';
import { SseParser, type ServerEvent } from './sse';

export type Connection =
  | { kind: 'idle' }
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'hidden' }
  | { kind: 'lost'; attempt: number; seconds: number; reason: string }
  | { kind: 'refused'; reason: string };

export interface StreamParts {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Calls back after this many milliseconds; returns a function that cancels the call. */
  after: (ms: number, call: () => void) => () => void;
  onEvent: (event: ServerEvent) => void;
  onConnection: (connection: Connection) => void;
}

/** Without a byte for this long (the server sends a comment every 15 s) the connection counts as lost. */
export const silenceMs = 40_000;
const firstDelayMs = 500;
const longestDelayMs = 10_000;

export function parseCursors(id: string): Map<string, string> {
  const cursors = new Map<string, string>();
  for (const part of id.split(',')) {
    const colon = part.indexOf(':');
    if (colon > 0) cursors.set(part.slice(0, colon), part.slice(colon + 1));
  }
  return cursors;
}

/**
 * One stream of events for the tab. It reconnects with the cursor of the last event, pauses while the page is hidden, and follows changes of the jobs that are
 * watched.
 */
export class EventStream {
  private cursors = new Map<string, string>();
  private jobs: string[] = [];
  private lastId = '';
  private abort: AbortController | null = null;
  private cancelTimer: (() => void) | null = null;
  private attempt = 0;
  private hidden = false;
  private started = false;

  constructor(private readonly parts: StreamParts) {}

  /** Watches these jobs, each from its cursor on. A job that is watched already keeps its place unless a cursor is given. */
  watch(jobs: Map<string, string | null>): void {
    const ids = [...jobs.keys()];
    const same = this.started && ids.length === this.jobs.length && ids.every((id, i) => id === this.jobs[i]);
    if (same && ids.every((id) => jobs.get(id) === null)) return;
    for (const [id, cursor] of jobs) if (cursor !== null) this.cursors.set(id, cursor);
    for (const id of this.cursors.keys()) if (!jobs.has(id)) this.cursors.delete(id);
    this.jobs = ids;
    this.lastId = '';
    this.started = true;
    this.attempt = 0;
    this.connect();
  }

  setHidden(hidden: boolean): void {
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    if (hidden) {
      this.close();
      this.parts.onConnection({ kind: 'hidden' });
    } else if (this.started) this.retryNow();
  }

  retryNow(): void {
    this.attempt = 0;
    this.connect();
  }

  stop(): void {
    this.started = false;
    this.close();
    this.parts.onConnection({ kind: 'idle' });
  }

  private close(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.abort?.abort();
    this.abort = null;
  }

  private connect(): void {
    this.close();
    if (this.hidden) return;
    const abort = new AbortController();
    this.abort = abort;
    if (this.attempt === 0) this.parts.onConnection({ kind: 'connecting' });
    this.read(abort).then(
      () => this.lost(abort, 'The server closed the connection.'),
      (error: unknown) => {
        if (error instanceof Error && error.name === 'ApiError' && isFinal((error as ApiError).status)) this.refused(abort, error.message);
        else this.lost(abort, reasonOf(error));
      },
    );
  }

  private url(): string {
    if (this.jobs.length === 0) return 'api/v1/events';
    const query = [`jobs=${this.jobs.map(encodeURIComponent).join(',')}`];
    if (this.jobs.some((id) => this.cursors.has(id))) query.push(`after=${this.jobs.map((id) => encodeURIComponent(this.cursors.get(id) ?? '')).join(',')}`);
    return `api/v1/events?${query.join('&')}`;
  }

  private async read(abort: AbortController): Promise<void> {
    const headers: Record<string, string> = { ...authorization(), Accept: 'text/event-stream' };
    if (this.lastId) headers['Last-Event-ID'] = this.lastId;
    this.watchSilence(abort);
    const response = await this.parts.fetch(this.url(), { headers, signal: abort.signal, cache: 'no-store' });
    if (!response.ok) throw await readProblem(response);
    if (!response.body) throw new Error('The server’s answer has no body.');
    if (abort.signal.aborted) return;
    this.attempt = 0;
    this.parts.onConnection({ kind: 'live' });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || abort.signal.aborted) return;
      this.watchSilence(abort);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) this.accept(event);
    }
  }

  private accept(event: ServerEvent): void {
    if (event.id) {
      this.lastId = event.id;
      for (const [id, cursor] of parseCursors(event.id)) if (this.jobs.includes(id)) this.cursors.set(id, cursor);
    }
    if (event.event !== 'comment') this.parts.onEvent(event);
  }

  private watchSilence(abort: AbortController): void {
    this.cancelTimer?.();
    this.cancelTimer = this.parts.after(silenceMs, () => {
      if (abort !== this.abort) return;
      abort.abort();
      this.lost(abort, `The server has sent nothing for ${silenceMs / 1000} s.`);
    });
  }

  private lost(abort: AbortController, reason: string): void {
    if (abort !== this.abort) return;
    this.close();
    this.attempt++;
    const ms = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.attempt - 1));
    this.parts.onConnection({ kind: 'lost', attempt: this.attempt, seconds: ms / 1000, reason });
    this.cancelTimer = this.parts.after(ms, () => this.connect());
  }

  private refused(abort: AbortController, reason: string): void {
    if (abort !== this.abort) return;
    this.close();
    this.parts.onConnection({ kind: 'refused', reason });
  }
}

/** Browsers say "network error" or "Failed to fetch" for a broken connection. Whatever else goes wrong here is said as it is. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError || (error instanceof DOMException && error.name === 'AbortError')) return 'The server is not responding.';
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Errors that a retry does not change. */
function isFinal(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 404;
}
