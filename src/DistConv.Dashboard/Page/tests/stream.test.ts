import { beforeEach, expect, test } from 'vitest';
import { EventStream, parseCursors, silenceMs, type Connection } from '../src/api/stream';
import type { ServerEvent } from '../src/api/sse';

interface Call {
  url: string;
  headers: Record<string, string>;
  send: (text: string) => void;
  end: () => void;
}

/** A stream over a server and a clock that the test works by hand. */
class Bench {
  calls: Call[] = [];
  events: ServerEvent[] = [];
  states: Connection[] = [];
  timers: { ms: number; call: () => void; live: boolean }[] = [];
  answer: 'stream' | 'fail' | number = 'stream';
  readonly stream = new EventStream({
    fetch: (url, init) => this.fetch(url, init),
    after: (ms, call) => {
      const timer = { ms, call, live: true };
      this.timers.push(timer);
      return () => {
        timer.live = false;
      };
    },
    onEvent: (event) => this.events.push(event),
    onConnection: (state) => this.states.push(state),
  });

  private fetch(url: string, init: RequestInit): Promise<Response> {
    const { answer } = this;
    if (answer === 'fail') return Promise.reject(new TypeError('refused'));
    if (typeof answer === 'number')
      return Promise.resolve(new Response(JSON.stringify({ title: 'No', detail: 'there is no such job', status: answer }), { status: answer }));
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (own) => {
        controller = own;
      },
    });
    init.signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')));
    const send = (text: string) => controller.enqueue(new TextEncoder().encode(text));
    this.calls.push({ url, headers: init.headers as Record<string, string>, send, end: () => controller.close() });
    return Promise.resolve({ ok: true, status: 200, body } as Response);
  }

  get last(): Call {
    return this.calls[this.calls.length - 1];
  }

  get state(): Connection {
    return this.states[this.states.length - 1];
  }

  /** Lets the stream do what it can without the clock. */
  async settle(): Promise<void> {
    for (let i = 0; i < 20; i++) await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async fire(): Promise<number> {
    const timer = this.timers.filter((one) => one.live).pop();
    if (!timer) throw new Error('No timer is set.');
    timer.live = false;
    timer.call();
    await this.settle();
    return timer.ms;
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  sessionStorage.clear();
});

const watch = (...pairs: [string, string | null][]) => bench.stream.watch(new Map(pairs));

test('watch_jobsWithCursors_asksForBothInOrder', async () => {
  watch(['a', '1-1-8'], ['b', '1-2-16']);
  await bench.settle();
  expect(bench.last.url).toBe('api/v1/events?jobs=a,b&after=1-1-8,1-2-16');
  expect(bench.state.kind).toBe('live');
});

test('watch_noJob_stillHearsOfTheList', async () => {
  watch();
  await bench.settle();
  expect(bench.last.url).toBe('api/v1/events');
});

test('watch_token_isSentAsAHeaderAndNotInTheAddress', async () => {
  sessionStorage.setItem('distconv-token', 'secret');
  watch(['a', null]);
  await bench.settle();
  expect(bench.last.headers.Authorization).toBe('Bearer secret');
  expect(bench.last.url).not.toContain('secret');
});

test('read_connectionEnds_goesOnWhereItWas', async () => {
  watch(['a', '1-1-8'], ['b', '1-2-16']);
  await bench.settle();
  bench.last.send('id: a:1-1-40,b:1-2-16\nevent: steps\ndata: {}\n\n');
  await bench.settle();
  bench.last.end();
  await bench.settle();
  expect(bench.state).toMatchObject({ kind: 'lost', attempt: 1 });
  await bench.fire();
  expect(bench.calls.length).toBe(2);
  expect(bench.last.url).toBe('api/v1/events?jobs=a,b&after=1-1-40,1-2-16');
  expect(bench.last.headers['Last-Event-ID']).toBe('a:1-1-40,b:1-2-16');
  expect(bench.state.kind).toBe('live');
  expect(bench.events.map((event) => event.event)).toEqual(['steps']);
});

test('read_serverIsAway_waitsLongerEachTimeUpToALimit', async () => {
  bench.answer = 'fail';
  watch(['a', null]);
  await bench.settle();
  expect(bench.state).toMatchObject({ kind: 'lost', reason: 'The server is not responding.' });
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) waits.push(await bench.fire());
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10000, 10000]);
  bench.answer = 'stream';
  await bench.fire();
  expect(bench.state.kind).toBe('live');
});

test('read_silence_countsAsLost', async () => {
  watch(['a', null]);
  await bench.settle();
  expect(await bench.fire()).toBe(silenceMs);
  expect(bench.state).toMatchObject({ kind: 'lost' });
});

test('read_keepAlive_isNoEvent', async () => {
  watch(['a', null]);
  await bench.settle();
  bench.last.send(': keep-alive\n\n');
  await bench.settle();
  expect(bench.events).toEqual([]);
  expect(bench.state.kind).toBe('live');
});

test('read_answerThatStays_isSaidAndNotRepeated', async () => {
  bench.answer = 404;
  watch(['a', null]);
  await bench.settle();
  expect(bench.state).toEqual({ kind: 'refused', reason: 'there is no such job' });
  expect(bench.timers.some((timer) => timer.live)).toBe(false);
});

test('read_tooManyStreams_triesAgain', async () => {
  bench.answer = 503;
  watch(['a', null]);
  await bench.settle();
  expect(bench.state.kind).toBe('lost');
});

test('setHidden_hiddenPage_closesTheStreamAndGoesOnLater', async () => {
  watch(['a', '1-1-8']);
  await bench.settle();
  bench.last.send('id: a:1-1-16\nevent: status\ndata: {}\n\n');
  await bench.settle();
  bench.stream.setHidden(true);
  await bench.settle();
  expect(bench.state.kind).toBe('hidden');
  expect(bench.timers.some((timer) => timer.live)).toBe(false);
  bench.stream.setHidden(false);
  await bench.settle();
  expect(bench.last.url).toContain('after=1-1-16');
});

test('watch_sameJobsWithoutCursors_keepsTheConnection', async () => {
  watch(['a', '1-1-8']);
  await bench.settle();
  watch(['a', null]);
  await bench.settle();
  expect(bench.calls.length).toBe(1);
});

test('watch_otherJobs_keepsThePlaceOfThoseThatStay', async () => {
  watch(['a', '1-1-8']);
  await bench.settle();
  bench.last.send('id: a:1-1-24\nevent: status\ndata: {}\n\n');
  await bench.settle();
  watch(['b', '1-1-0'], ['a', null]);
  await bench.settle();
  expect(bench.last.url).toBe('api/v1/events?jobs=b,a&after=1-1-0,1-1-24');
  expect(bench.last.headers['Last-Event-ID']).toBeUndefined();
});

test('parseCursors_id_givesEachJobsCursor', () => {
  expect([...parseCursors('a:1-1-8,b:2-3-4')]).toEqual([
    ['a', '1-1-8'],
    ['b', '2-3-4'],
  ]);
});
