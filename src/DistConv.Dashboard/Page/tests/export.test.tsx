import { render } from 'preact';
import { expect, test } from 'vitest';
import { csvOf, fileName, quote, tableOf } from '../src/charts/export';
import { indexAt, nearestIndex, xExtent, yExtent, type ChartData, type ChartShape, type Line } from '../src/charts/model';
import { TableView } from '../src/charts/TableView';

const shape: ChartShape = { title: 'Loss', xLabel: 'step', formatX: String, formatY: (value) => value.toFixed(2) };
const line = (label: string, x: number[], y: number[], more: Partial<Line> = {}): Line => ({ key: label, label, color: '#000', x, y, ...more });
const chart = (lines: Line[], window: [number, number] | null = null): ChartData => ({ lines, marks: [], window });

test('tableOf_fewPoints_hasEachWithItsBand', () => {
  const table = tableOf(chart([line('training', [1, 2], [3, 2], { min: [3, 1], max: [3, 4] }), line('held-out', [2], [2.5])]), shape);
  expect(table.columns).toEqual(['step', 'training', 'held-out']);
  expect(table.rows).toEqual([
    ['1', '3.00', '–'],
    ['2', '2.00 (1.00 to 4.00)', '2.50'],
  ]);
});

test('tableOf_manyPoints_choosesEvenlyWithBothEnds', () => {
  const x = Array.from({ length: 1000 }, (_, i) => i + 1);
  const table = tableOf(chart([line('training', x, x)]), shape, 40);
  expect(table.points).toBe(1000);
  expect(table.rows.length).toBe(40);
  expect(table.rows[0][0]).toBe('1');
  expect(table.rows[39][0]).toBe('1000');
});

test('tableOf_zoom_hasOnlyWhatIsSeen', () => {
  expect(tableOf(chart([line('training', [1, 2, 3, 4], [1, 2, 3, 4])], [2, 3]), shape).rows.map((row) => row[0])).toEqual(['2', '3']);
});

test('tableOf_nothing_hasNoRows', () => {
  expect(tableOf(chart([]), shape).rows).toEqual([]);
  expect(tableOf(chart([line('training', [], [])]), shape).rows).toEqual([]);
});

test('csvOf_smoothedLine_hasDrawnAndRecordedValues', () => {
  const csv = csvOf(chart([line('a, b', [1, 2, 3], [1.5, NaN, 2.5], { raw: [1, NaN, 3], min: [0.5, NaN, 2], max: [2, NaN, 4] })]), shape);
  expect(csv).toBe('series,step,drawn,recorded,minimum,maximum\n"a, b",1,1.5,1,0.5,2\n"a, b",3,2.5,3,2,4\n');
});

test('quote_textThatCsvOrSpreadsheetsMisread_isProtected', () => {
  expect(['plain', 'a"b', 'a\nb', 'a,b'].map(quote)).toEqual(['plain', '"a""b"', '"a\nb"', '"a,b"']);
  expect(['=1+1', '+1', '-x', '@a', '\tb'].map(quote)).toEqual(["'=1+1", "'+1", "'-x", "'@a", "'\tb"]);
});

test('fileName_title_isASlug', () => {
  expect(fileName('Throughput, samples a second', 'csv')).toBe('distconv-throughput-samples-a-second.csv');
});

test('xExtent_linesOfDifferentLength_spansAll', () => {
  expect(xExtent(chart([line('a', [2, 5], [1, 1]), line('b', [NaN, 1, 3, NaN], [1, 1, 1, 1])]))).toEqual([1, 5]);
  expect(xExtent(chart([]))).toEqual([0, 1]);
  expect(xExtent(chart([line('a', [7], [1])]))).toEqual([6.5, 7.5]);
});

test('yExtent_band_isInside', () => {
  const data = chart([line('a', [1, 2, 3], [1, 2, 3], { min: [0.5, 2, 3], max: [1, 2, 9] })]);
  const [low, high] = yExtent(data, shape, [1, 3]);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(9);
  expect(yExtent(data, shape, [1, 2])[1]).toBeLessThan(3);
});

test('yExtent_logAxis_leavesOutWhatHasNoLogarithm', () => {
  const [low, high] = yExtent(chart([line('a', [1, 2, 3], [0, -1, 0.01])]), { ...shape, log: true }, [1, 3]);
  expect(low).toBeGreaterThan(0);
  expect(high).toBeGreaterThan(0.01);
});

test('nearestIndex_anyX_isTheClosestPoint', () => {
  const points = line('a', [10, 20, 40], [1, 2, 3]);
  expect([0, 14, 16, 29, 31, 99].map((x) => nearestIndex(points, x))).toEqual([0, 0, 1, 1, 2, 2]);
  expect([9, 10, 39].map((x) => indexAt(points, x))).toEqual([-1, 0, 1]);
  expect(nearestIndex(line('a', [], []), 5)).toBe(-1);
});

test('TableView_chart_isATableWithHeadersAndACaption', () => {
  const host = document.createElement('div');
  render(<TableView data={chart([line('training', [1, 2], [3, 2])])} shape={shape} />, host);
  expect(host.querySelector('caption')?.textContent).toBe('Loss. All 2 points.');
  expect([...host.querySelectorAll('thead th')].map((cell) => cell.textContent)).toEqual(['step', 'training']);
  expect([...host.querySelectorAll('tbody tr')].map((row) => row.textContent)).toEqual(['13.00', '22.00']);
});
