import { expect, test } from 'vitest';
import * as format from '../src/ui/format';

test('formatValue_anyMagnitude_hasFourDigits', () => {
  expect([2.302585, 0.0230258, 0.00051234, 0.00001234, 123.456, 12345.6, 0, -0.5].map((value) => format.formatValue(value))).toEqual([
    '2.303',
    '0.02303',
    '0.0005123',
    '1.234e-5',
    '123.5',
    '12,346',
    '0',
    '-0.5000',
  ]);
});

test('formats_whatIsNotKnown_isADash', () => {
  for (const value of [null, undefined, NaN, Infinity]) {
    for (const write of [
      format.formatValue,
      format.formatCount,
      format.formatPercent,
      format.formatRate,
      format.formatDuration,
      format.formatBytes,
      format.formatExact,
    ]) {
      expect(write(value)).toBe('–');
    }
  }
  expect(format.formatAgo(null, 0)).toBe('–');
  expect(format.formatTime('no time')).toBe('–');
});

test('formatExact_float32_keepsItsDigits', () => {
  expect(format.formatExact(Math.fround(0.1))).toBe('0.1');
  expect(format.formatExact(Math.fround(2.3025851))).toBe('2.3025851');
  expect(format.formatExact(1203)).toBe('1203');
});

test('formatDuration_anyLength_hasAUnit', () => {
  expect([0.0000021, 0.0123, 9.96, 42.4, 75, 3599.7, 3661, 60 * 3600].map((value) => format.formatDuration(value))).toEqual([
    '2 µs',
    '12.3 ms',
    '10.0 s',
    '42 s',
    '1 min 15 s',
    '1 h 00 min',
    '1 h 01 min',
    '2.5 days',
  ]);
});

test('formatBytes_anySize_hasAUnit', () => {
  expect([999, 4_800_000, 312_000_000, 1.5e13].map((value) => format.formatBytes(value))).toEqual(['999 B', '4.8 MB', '312 MB', '15 TB']);
});

test('formatAgo_anyAge_isInWords', () => {
  const now = Date.parse('2026-01-10T00:00:00Z');
  const ago = (seconds: number) => format.formatAgo(new Date(now - seconds * 1000).toISOString(), now);
  expect([1, 42, 90, 7300, 86400, 200_000].map(ago)).toEqual(['just now', '42 s ago', '1 min ago', '2 h ago', '1 day ago', '2 days ago']);
});

test('formatPercent_share_isAPercentage', () => {
  expect(format.formatPercent(0.98765)).toBe('98.77 %');
  expect(format.formatPercent(1, 0)).toBe('100 %');
});

test('formatTick_axisValues_areShort', () => {
  expect([0, 0.5, 2, 100, 0.1 + 0.2, 0.00001, 2e6].map(format.formatTick)).toEqual(['0', '0.5', '2', '100', '0.3', '1e-5', '2e+6']);
});

test('plural_counts_areGrouped', () => {
  expect([format.plural(1, 'job'), format.plural(0, 'job'), format.plural(1200, 'job')]).toEqual(['1 job', '0 jobs', '1,200 jobs']);
});

test('formatSetting_json_isWrittenAsAPersonDoes', () => {
  expect(['"adam"', '0.001', '[28,28,1]', 'no json', null].map(format.formatSetting)).toEqual(['adam', '0.001', '[28,28,1]', 'no json', '–']);
});

test('formatConfidence_nearlyOne_isNotCertainty', () => {
  expect([0.951, 0.9994, 0.9996, 1].map(format.formatConfidence)).toEqual(['95.1 %', '99.9 %', '> 99.9 %', '100.0 %']);
});
