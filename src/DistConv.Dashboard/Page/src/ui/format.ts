import type { Maybe } from '../api/types';

/** Shown in place of an unknown value. */
export const unknown = '–';

export function isKnown(value: Maybe<number>): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function formatCount(value: Maybe<number>): string {
  return isKnown(value) ? grouped.format(value) : unknown;
}

/** Four significant digits, as losses are read. */
export function formatValue(value: Maybe<number>): string {
  if (!isKnown(value)) return unknown;
  const magnitude = Math.abs(value);
  if (value === 0) return '0';
  if (magnitude < 1e-4 || magnitude >= 1e6) return value.toExponential(3);
  if (magnitude >= 1000) return grouped.format(value);
  return value.toFixed(Math.max(0, Math.min(7, 3 - Math.floor(Math.log10(magnitude)))));
}

/** A short form for the ticks of an axis. */
export function formatTick(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude >= 1e-4 && magnitude < 1e6 ? String(Number(value.toPrecision(5))) : value === 0 ? '0' : value.toExponential(0);
}

/** All significant digits of a recorded Float32. */
export function formatExact(value: Maybe<number>): string {
  if (!isKnown(value)) return unknown;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
}

export function formatPercent(share: Maybe<number>, digits = 2): string {
  return isKnown(share) ? `${(share * 100).toFixed(digits)} %` : unknown;
}

/** A confidence below 1 never reads as certainty. */
export function formatConfidence(share: number): string {
  return share < 1 && share >= 0.9995 ? '> 99.9 %' : formatPercent(share, 1);
}

/** For the beginning of a title. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function formatRate(perSecond: Maybe<number>): string {
  return isKnown(perSecond) && perSecond > 0 ? `${grouped.format(perSecond)}/s` : unknown;
}

export function formatDuration(seconds: Maybe<number>): string {
  if (!isKnown(seconds) || seconds < 0) return unknown;
  if (seconds === 0) return '0 s';
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 1) return `${(seconds * 1000).toPrecision(3)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${(minutes / 1440).toFixed(1)} days`;
}

export function formatBytes(bytes: Maybe<number>): string {
  if (!isKnown(bytes)) return unknown;
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** A version, with the first digits of the commit it was built from. */
export function formatBuild(build: Maybe<string>): string {
  const [version, commit] = (build ?? unknown).split('+');
  return commit ? `${version}+${commit.slice(0, 7)}` : version;
}

export function formatAgo(time: Maybe<string>, now: number): string {
  if (!time) return unknown;
  const seconds = (now - Date.parse(time)) / 1000;
  if (!Number.isFinite(seconds)) return unknown;
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${plural(Math.floor(seconds / 86400), 'day')} ago`;
}

export function formatTime(time: Maybe<string>): string {
  if (!time) return unknown;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? unknown : date.toLocaleString();
}

export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ');
}

export function plural(count: number, one: string, many = one + 's'): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A setting in JSON, with the quotes of a string removed. */
export function formatSetting(json: Maybe<string>): string {
  if (json === null || json === undefined) return unknown;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json;
  }
}
