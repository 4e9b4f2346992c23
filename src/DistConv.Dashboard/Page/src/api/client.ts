import type {
  Comparison,
  Descriptions,
  Evaluation,
  Histogram,
  Info,
  JobDetail,
  JobEvent,
  JobRow,
  Kernels,
  Machines,
  Plan,
  PredictionAnswer,
  SnapshotRow,
  StartRequest,
} from './types';
import { getJson, postJson, request } from './http';
import { parseSeries, type SeriesBlock } from './series';

const job = (id: string) => `jobs/${encodeURIComponent(id)}`;

export const api = {
  info: () => getJson<Info>('info'),
  jobs: () => getJson<{ jobs: JobRow[] }>('jobs'),
  job: (id: string) => getJson<JobDetail>(job(id)),
  events: (id: string) => getJson<{ events: JobEvent[]; cursor: string }>(`${job(id)}/events`),
  snapshots: (id: string) => getJson<{ snapshots: SnapshotRow[] }>(`${job(id)}/snapshots`),
  kernels: (id: string, layer: string, step: number, signal?: AbortSignal) =>
    getJson<Kernels>(`${job(id)}/kernels/${encodeURIComponent(layer)}?step=${step}`, signal),
  descriptions: (id: string, layer: string) => getJson<Descriptions>(`${job(id)}/descriptions?layer=${encodeURIComponent(layer)}`),
  evaluation: (id: string) => getJson<Evaluation>(`${job(id)}/evaluation`),
  histograms: (id: string, step: number) => getJson<{ layers: Histogram[] }>(`${job(id)}/histograms?step=${step}`),
  machines: () => getJson<Machines>('machines'),
  compare: (ids: string[]) => getJson<Comparison>(`compare?jobs=${ids.map(encodeURIComponent).join(',')}`),
  plan: (start: StartRequest) => postJson<Plan>('plan', start),
  start: (start: StartRequest) => postJson<{ id: string }>('jobs', start),
  command: (id: string, command: 'pause' | 'cancel' | 'resume') => postJson<JobRow>(`${job(id)}/${command}`),
  label: (id: string, tags: string[], note: string) => postJson<JobRow>(`${job(id)}/labels`, { tags, note }),
  extend: (id: string, epochs: number) => postJson<JobRow>(`${job(id)}/extend`, { epochs }),

  async series(id: string, columns: string[], range: { from?: number; to?: number; buckets: number }, signal?: AbortSignal): Promise<SeriesBlock> {
    const query = new URLSearchParams({ columns: columns.join(','), buckets: String(range.buckets) });
    if (range.from !== undefined) query.set('from', String(Math.max(0, Math.floor(range.from))));
    if (range.to !== undefined) query.set('to', String(Math.max(0, Math.ceil(range.to))));
    const response = await request(`${job(id)}/series?${query}`, { signal });
    return parseSeries(await response.arrayBuffer());
  },

  /** Predicts from pixels (0…1, row by row, channels last) or from a picture, which the server decodes as `predict` does. */
  async predict(id: string, input: number[] | Blob, signal?: AbortSignal): Promise<PredictionAnswer> {
    const path = `${job(id)}/predict?maps=true`;
    if (Array.isArray(input)) return postJson<PredictionAnswer>(path, { pixels: input }, signal);
    const response = await request(path, { method: 'POST', body: input, headers: { 'Content-Type': input.type || 'application/octet-stream' }, signal });
    return (await response.json()) as PredictionAnswer;
  },
};
