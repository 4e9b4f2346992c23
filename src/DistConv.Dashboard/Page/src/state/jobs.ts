import { effect, signal } from '@preact/signals';
import { api } from '../api/client';
import type { Info, JobRow, JobState } from '../api/types';
import { connection, listen } from './live';

export const info = signal<Info | null>(null);
export const infoError = signal<Error | null>(null);
export const rows = signal<JobRow[] | null>(null);
export const rowsError = signal<Error | null>(null);
/** The present time, to the half minute, for ages. */
export const now = signal(Date.now());

export async function loadInfo(): Promise<void> {
  try {
    info.value = await api.info();
    infoError.value = null;
  } catch (error) {
    infoError.value = error as Error;
  }
}

let pending = false;

export async function loadJobs(): Promise<void> {
  if (pending) return;
  pending = true;
  try {
    rows.value = (await api.jobs()).jobs;
    rowsError.value = null;
  } catch (error) {
    rowsError.value = error as Error;
  } finally {
    pending = false;
  }
}

export function isActive(state: JobState): boolean {
  return state === 'running' || state === 'queued';
}

export function putRow(row: JobRow): void {
  const list = rows.value;
  if (!list) return;
  const at = list.findIndex((old) => old.id === row.id);
  rows.value = at < 0 ? [row, ...list] : list.map((old, i) => (i === at ? { ...old, ...row, spark: row.spark ?? old.spark } : old));
}

listen((event) => {
  if (event.type === 'status') putRow({ ...event.row, id: event.job });
  else if (event.type === 'jobs') void loadJobs();
});

// A reload brings what the list missed while the connection was lost.
let wasLive = false;
effect(() => {
  const live = connection.value.kind === 'live';
  if (live && !wasLive && rows.peek() !== null) void loadJobs();
  wasLive = live;
});

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 30_000);
