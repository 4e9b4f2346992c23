import { expect, test } from 'vitest';
import { decodeFloats, parseSeries } from '../src/api/series';

function encode(columns: string[], x: number[], values: number[][], change: (view: DataView) => void = () => {}): ArrayBuffer {
  const header = { columns, cursor: '2-1-8192', firstStep: 1, lastStep: x[x.length - 1] ?? 0, steps: 30 };
  let text = JSON.stringify(header);
  while ((20 + text.length) % 8 !== 0) text += ' ';
  const buffer = new ArrayBuffer(20 + text.length + x.length * (24 + 12 * columns.length));
  const view = new DataView(buffer);
  new Uint8Array(buffer).set(new TextEncoder().encode('DCS1'), 0);
  view.setUint32(4, columns.length, true);
  view.setUint32(8, x.length, true);
  view.setUint32(16, text.length, true);
  new Uint8Array(buffer).set(new TextEncoder().encode(text), 20);
  let offset = 20 + text.length;
  for (const row of [x, x.map((step) => 1000 + step), x.map((step) => step * 128)]) {
    for (const value of row) {
      view.setFloat64(offset, value, true);
      offset += 8;
    }
  }
  for (const row of values) {
    for (const value of row) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  change(view);
  return buffer;
}

const good = () =>
  encode(
    ['loss'],
    [10, 20, 30],
    [
      [0.5, 0.25, NaN],
      [2, 1, NaN],
      [1, 0.5, NaN],
    ],
  );

test('parseSeries_wholeAnswer_hasEveryPart', () => {
  const series = parseSeries(good());
  expect([...series.x]).toEqual([10, 20, 30]);
  expect([...series.time]).toEqual([1010, 1020, 1030]);
  expect([...series.samples]).toEqual([1280, 2560, 3840]);
  expect([...(series.columns.get('loss')?.min ?? [])]).toEqual([0.5, 0.25, NaN]);
  expect([...(series.columns.get('loss')?.max ?? [])]).toEqual([2, 1, NaN]);
  expect([...(series.columns.get('loss')?.last ?? [])]).toEqual([1, 0.5, NaN]);
  expect(series.cursor).toBe('2-1-8192');
  expect([series.firstStep, series.lastStep, series.steps]).toEqual([1, 30, 30]);
});

test('parseSeries_severalColumns_keepsTheirOrder', () => {
  const series = parseSeries(encode(['loss', 'gradientNorm:conv1'], [1], [[1], [2], [3], [4], [5], [6]]));
  expect(series.columns.get('loss')?.last[0]).toBe(3);
  expect(series.columns.get('gradientNorm:conv1')?.min[0]).toBe(4);
});

test('parseSeries_noBucket_isEmpty', () => {
  const series = parseSeries(encode(['loss'], [], [[], [], []]));
  expect(series.x.length).toBe(0);
  expect(series.columns.get('loss')?.last.length).toBe(0);
});

test('parseSeries_truncatedAnywhere_isRefused', () => {
  const whole = good();
  for (let bytes = 0; bytes < whole.byteLength; bytes++) expect(() => parseSeries(whole.slice(0, bytes))).toThrow(/The series has/);
});

test('parseSeries_bytesTooMany_isRefused', () => {
  const longer = new Uint8Array(good().byteLength + 8);
  longer.set(new Uint8Array(good()));
  expect(() => parseSeries(longer.buffer)).toThrow(/instead of/);
});

test('parseSeries_foreignMagicOrFlags_isRefusedWithAdvice', () => {
  expect(() => parseSeries(encode(['loss'], [1], [[1], [1], [1]], (view) => view.setUint8(3, 0x32)))).toThrow(/Reload the page/);
  expect(() => parseSeries(encode(['loss'], [1], [[1], [1], [1]], (view) => view.setUint32(12, 4, true)))).toThrow(/flags 4/);
});

test('decodeFloats_base64_givesTheFloats', () => {
  const bytes = new Uint8Array(new Float32Array([0.5, -2, NaN]).buffer);
  expect([...decodeFloats(btoa(String.fromCharCode(...bytes)))]).toEqual([0.5, -2, NaN]);
});
