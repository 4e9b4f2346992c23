/** One column of a series: the minimum, maximum and last value of each bucket. NaN where there is none. */
export interface Column {
  min: Float32Array;
  max: Float32Array;
  last: Float32Array;
}

/** A series at the resolution that was asked for. A bucket's x is its last step. */
export interface SeriesBlock {
  x: Float64Array;
  /** Unix seconds of the bucket's last step; NaN when not known. */
  time: Float64Array;
  /** Samples from the job's beginning to the bucket's last step. */
  samples: Float64Array;
  columns: Map<string, Column>;
  cursor: string;
  firstStep: number;
  lastStep: number;
  steps: number;
}

interface Header {
  columns: string[];
  cursor: string;
  firstStep: number;
  lastStep: number;
  steps: number;
}

const magic = 0x31534344; // "DCS1", little-endian
const fixedBytes = 20;

/**
 * Reads the binary answer of `series`: the fixed header, a JSON header padded to 8 bytes, then Float64 x, time, samples and three Float32 arrays for each
 * column.
 */
export function parseSeries(buffer: ArrayBuffer): SeriesBlock {
  if (buffer.byteLength < fixedBytes) throw new Error(`The series has ${buffer.byteLength} bytes; its header alone has ${fixedBytes}.`);
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== magic) throw new Error('The series does not begin with "DCS1". Reload the page: the server may be newer.');
  const columnCount = view.getUint32(4, true);
  const buckets = view.getUint32(8, true);
  const flags = view.getUint32(12, true);
  if (flags !== 0) throw new Error(`The series has flags ${flags}, which this page does not know. Reload the page: the server may be newer.`);
  const headerBytes = view.getUint32(16, true);
  const start = fixedBytes + headerBytes;
  const expected = start + buckets * (24 + 12 * columnCount);
  if (buffer.byteLength !== expected) throw new Error(`The series has ${buffer.byteLength} bytes instead of ${expected}.`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, fixedBytes, headerBytes))) as Header;
  if (header.columns.length !== columnCount) throw new Error(`The series names ${header.columns.length} columns and has ${columnCount}.`);

  let offset = start;
  const doubles = () => {
    const part = new Float64Array(buffer.slice(offset, offset + buckets * 8));
    offset += buckets * 8;
    return part;
  };
  const floats = () => {
    const part = new Float32Array(buffer.slice(offset, offset + buckets * 4));
    offset += buckets * 4;
    return part;
  };
  const x = doubles();
  const time = doubles();
  const samples = doubles();
  const columns = new Map<string, Column>();
  for (const name of header.columns) columns.set(name, { min: floats(), max: floats(), last: floats() });
  return { x, time, samples, columns, cursor: header.cursor, firstStep: header.firstStep, lastStep: header.lastStep, steps: header.steps };
}

/** Decodes Base64 of little-endian Float32. */
export function decodeFloats(base64: string): Float32Array {
  return new Float32Array(decodeBytes(base64).buffer);
}

export function decodeBytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
