/** The view as the address has it: `#/job/ID/filters?layer=conv1&step=200`. A link to it restores the whole view. */
export interface Address {
  view: View;
  job: string | null;
  query: Record<string, string>;
}

export type View = 'jobs' | 'start' | 'job' | 'filters' | 'try' | 'machines' | 'unknown';

export function parseAddress(hash: string): Address {
  const bare = hash.replace(/^#/, '').replace(/^\//, '');
  const mark = bare.indexOf('?');
  const path = (mark < 0 ? bare : bare.slice(0, mark))
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  const query: Record<string, string> = {};
  if (mark >= 0) for (const [name, value] of new URLSearchParams(bare.slice(mark + 1))) query[name] = value;
  return { ...viewOf(path), query };
}

function viewOf(path: string[]): { view: View; job: string | null } {
  const [first, job, sub] = path;
  if (first === undefined || (first === 'jobs' && path.length === 1)) return { view: 'jobs', job: null };
  if (first === 'start' && path.length === 1) return { view: 'start', job: null };
  if (first === 'machines' && path.length === 1) return { view: 'machines', job: null };
  if (first === 'job' && job !== undefined && path.length <= 3) {
    if (sub === undefined) return { view: 'job', job };
    if (sub === 'filters' || sub === 'try') return { view: sub, job };
  }
  return { view: 'unknown', job: null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function formatAddress(view: View, job: string | null, query: Record<string, string | null | undefined> = {}): string {
  const path = job === null ? `#/${view}` : `#/job/${encodeURIComponent(job)}${view === 'job' ? '' : `/${view}`}`;
  const pairs = Object.entries(query)
    .filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== undefined && pair[1] !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** A range such as a zoom, `12.5:80`; null if it is not one. */
export function parseRange(text: string | undefined): [number, number] | null {
  const parts = (text ?? '').split(':');
  if (parts.length !== 2 || parts.some((part) => part.trim() === '')) return null;
  const from = Number(parts[0]);
  const to = Number(parts[1]);
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
}

export function formatRange(range: [number, number]): string {
  return range.map((value) => String(Number(value.toPrecision(6)))).join(':');
}

export function parseList(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(',').filter((part) => part !== ''))];
}

export function oneOf<T extends string>(text: string | undefined, choices: readonly T[], otherwise: T): T {
  return choices.find((choice) => choice === text) ?? otherwise;
}
