import { expect, test } from 'vitest';
import { SseParser } from '../src/api/sse';

const text = ': keep-alive\n\nid: a:1-1-8\nevent: steps\ndata: {"job":"a",\ndata: "rows":[]}\n\nevent: jobs\ndata: {}\n\n';
const expected = [
  { event: 'comment', data: 'keep-alive', id: '' },
  { event: 'steps', data: '{"job":"a",\n"rows":[]}', id: 'a:1-1-8' },
  { event: 'jobs', data: '{}', id: 'a:1-1-8' },
];

test('push_wholeText_givesTheEvents', () => {
  expect(new SseParser().push(text)).toEqual(expected);
});

test('push_everyPairOfChunks_givesTheSameEvents', () => {
  for (const lineEnd of ['\n', '\r\n', '\r']) {
    const stream = text.replaceAll('\n', lineEnd);
    for (let cut = 0; cut <= stream.length; cut++) {
      const parser = new SseParser();
      expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(expected);
    }
  }
});

test('push_singleCharacters_giveTheSameEvents', () => {
  const parser = new SseParser();
  expect([...text.replaceAll('\n', '\r\n')].flatMap((character) => parser.push(character))).toEqual(expected);
});

test('push_eventWithoutData_isNone', () => {
  expect(new SseParser().push('event: status\n\n')).toEqual([]);
});

test('push_fieldsWithoutASpaceOrAColon_areRead', () => {
  expect(new SseParser().push('event:x\ndata\n\n')).toEqual([{ event: 'x', data: '', id: '' }]);
});
