import { expect, test } from 'vitest';
import { formatAddress, formatRange, oneOf, parseAddress, parseList, parseRange, type View } from '../src/state/address';
import { adoptToken, readToken, splitToken } from '../src/api/token';

test('parseAddress_views_areFound', () => {
  const view = (hash: string) => [parseAddress(hash).view, parseAddress(hash).job];
  expect(view('')).toEqual(['jobs', null]);
  expect(view('#/jobs')).toEqual(['jobs', null]);
  expect(view('#/start')).toEqual(['start', null]);
  expect(view('#/machines')).toEqual(['machines', null]);
  expect(view('#/job/a-1')).toEqual(['job', 'a-1']);
  expect(view('#/job/a-1/filters')).toEqual(['filters', 'a-1']);
  expect(view('#/job/a-1/try?x=1')).toEqual(['try', 'a-1']);
});

test('parseAddress_whatIsNoView_isUnknown', () => {
  for (const hash of ['#/nothing', '#/job', '#/job/a/b/c', '#/job/a/else', '#/jobs/a']) expect(parseAddress(hash).view).toBe('unknown');
});

test('formatAddress_anyState_isReadBack', () => {
  const query = { zoom: '1.5:20', with: 'b,c', filter: 'a b&c=d#é', y: 'log' };
  for (const [view, job] of [
    ['jobs', null],
    ['machines', null],
    ['job', 'a'],
    ['filters', 'a'],
    ['try', 'a'],
  ] as [View, string | null][]) {
    expect(parseAddress(formatAddress(view, job, query))).toEqual({ view, job, query });
  }
});

test('formatAddress_emptyParts_areLeftOut', () => {
  expect(formatAddress('jobs', null, { filter: '', sort: null, group: undefined })).toBe('#/jobs');
  expect(formatAddress('job', 'a', { with: 'b,c', zoom: '1:2' })).toBe('#/job/a?with=b,c&zoom=1:2');
});

test('parseRange_onlyAnAscendingPairOfNumbers_isARange', () => {
  expect(parseRange('1.5:20')).toEqual([1.5, 20]);
  for (const text of [undefined, '', '1', '1:', ':2', '2:1', '1:1', 'a:b', '1:2:3', 'NaN:2']) expect(parseRange(text)).toBeNull();
  expect(formatRange([1.23456789, 2000])).toBe('1.23457:2000');
});

test('parseList_repeatedAndEmptyParts_areDropped', () => {
  expect(parseList('a,,b,a')).toEqual(['a', 'b']);
  expect(parseList(undefined)).toEqual([]);
});

test('oneOf_unknownChoice_isTheDefault', () => {
  expect(oneOf('log', ['linear', 'log'], 'linear')).toBe('log');
  expect(oneOf('cubic', ['linear', 'log'], 'linear')).toBe('linear');
});

test('splitToken_tokenAnywhere_isTakenOut', () => {
  expect(splitToken('#token=abc')).toEqual({ token: 'abc', rest: '' });
  expect(splitToken('#token=a%2Bc&/jobs')).toEqual({ token: 'a+c', rest: '/jobs' });
  expect(splitToken('#/job/x?token=abc&y=log')).toEqual({ token: 'abc', rest: '/job/x?y=log' });
  expect(splitToken('#/job/x?y=log&token=abc')).toEqual({ token: 'abc', rest: '/job/x?y=log' });
  expect(splitToken('#/jobs?mytoken=abc')).toEqual({ token: null, rest: '/jobs?mytoken=abc' });
});

test('adoptToken_tokenInTheAddress_isKeptForTheTabAndRemoved', () => {
  location.hash = '#token=s3cret';
  expect(adoptToken()).toBe(true);
  expect(readToken()).toBe('s3cret');
  expect(location.href).not.toContain('s3cret');
  expect(adoptToken()).toBe(false);
  expect(readToken()).toBe('s3cret');
});
