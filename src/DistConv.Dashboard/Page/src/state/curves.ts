import { batch, signal } from '@preact/signals';
import { api } from '../api/client';
import type { JobDetail, JobEvent, EpochMetrics } from '../api/types';
import type { SeriesBlock } from '../api/series';
import { Points } from './points';
import type { LiveEvent } from './live';

export const baseColumns = ['loss', 'accuracy', 'rate', 'samples', 'seconds', 'compute', 'exchange', 'reduce', 'update'];
/** Buckets of a series: about a chart's pixels; fewer when many jobs are drawn over each other. */
export const bucketsAlone = 1000;
export const bucketsAmongMany = 400;

/** One job's data: details, events, points of the whole record, and finer points of the visible range. */
export class JobCurves {
  readonly detail = signal<JobDetail | null>(null);
  readonly events = signal<JobEvent[]>([]);
  readonly error = signal<Error | null>(null);
  /** Incremented whenever points change. */
  readonly version = signal(0);
  /** The newest snapshot that the stream announced. */
  readonly snapshotStep = signal(0);
  overview = new Points();
  private fine: { points: Points; from: number; to: number } | null = null;
  private wanted: { from: number; to: number } | null = null;
  private reloading = false;
  private fetching = 0;
  /** Steps that arrived while a series was loading, which may lack them. */
  private arrived: Steps[] = [];

  constructor(
    readonly id: string,
    private readonly buckets = bucketsAlone,
  ) {}

  /** Loads everything; the answer is the cursor from which events go on. */
  async load(): Promise<string | null> {
    try {
      const [detail, events] = await Promise.all([api.job(this.id), api.events(this.id)]);
      // Shown together, so that no chart is first drawn without its curve.
      const block = await this.fetch(detail);
      batch(() => {
        this.detail.value = detail;
        this.events.value = events.events;
        this.setOverview(block);
      });
      this.error.value = null;
      return block.cursor;
    } catch (error) {
      this.error.value = error as Error;
      return null;
    }
  }

  private fetch(detail: JobDetail | null, range: { from?: number; to?: number } = {}): Promise<SeriesBlock> {
    const layers = detail?.layers.filter((layer) => layer.parameters > 0) ?? [];
    const columns = [...baseColumns, ...layers.flatMap(({ name }) => [`gradientNorm:${name}`, `weightNorm:${name}`])];
    this.fetching++;
    return api.series(this.id, columns, { ...range, buckets: this.buckets }).finally(() => this.fetching--);
  }

  private setOverview(block: SeriesBlock): void {
    this.overview = Points.from(block, 4 * this.buckets);
    for (const steps of this.arrived) addSteps(this.overview, steps);
    this.version.value++;
  }

  /** Reloads the points at an even resolution. The stream continues; its steps are merged into the new points. */
  async reload(): Promise<void> {
    if (this.reloading) return;
    this.reloading = true;
    try {
      this.setOverview(await this.fetch(this.detail.value));
      if (this.wanted) await this.loadFine(this.wanted.from, this.wanted.to);
      this.error.value = null;
    } catch (error) {
      this.error.value = error as Error;
    } finally {
      this.reloading = false;
    }
  }

  /** Loads the visible range of steps at the view's resolution; null: everything. */
  look(range: { from: number; to: number } | null): void {
    if (range?.from === this.wanted?.from && range?.to === this.wanted?.to) return;
    this.wanted = range;
    if (range === null) {
      this.fine = null;
      this.version.value++;
    } else this.loadFine(range.from, range.to).catch((error: unknown) => (this.error.value = error as Error));
  }

  private async loadFine(from: number, to: number): Promise<void> {
    const block = await this.fetch(this.detail.value, { from, to });
    if (this.wanted?.from !== from || this.wanted.to !== to) return;
    this.fine = { points: Points.from(block, 4 * this.buckets), from, to };
    for (const steps of this.arrived) addSteps(this.fine.points, steps, this.fine);
    this.version.value++;
  }

  /** The points for the view: the finer ones once they are there. */
  get points(): Points {
    return this.fine?.points ?? this.overview;
  }

  accept(event: LiveEvent): void {
    if (event.type === 'jobs' || event.job !== this.id) return;
    const detail = this.detail.value;
    switch (event.type) {
      case 'status':
        if (detail) {
          this.detail.value = { ...detail, row: { ...detail.row, ...event.row, id: this.id } };
          if (event.row.totalSteps !== detail.row.totalSteps || event.row.state !== detail.row.state) void this.reloadDetail();
        }
        break;
      case 'steps':
        this.addSteps(event);
        break;
      case 'epoch':
        if (detail) this.detail.value = { ...detail, epochs: mergeEpoch(detail.epochs, event.epoch) };
        void this.reload();
        break;
      case 'event':
        this.events.value = mergeEvent(this.events.value, event.entry);
        break;
      case 'snapshot':
        this.snapshotStep.value = event.step;
        break;
      case 'resync':
        void this.reload();
        break;
    }
  }

  /** Another run or an extension changes more than the row: epochs, threads, silos. */
  private async reloadDetail(): Promise<void> {
    try {
      this.detail.value = await api.job(this.id);
    } catch (error) {
      this.error.value = error as Error;
    }
  }

  private addSteps(steps: Steps): void {
    if (this.fetching > 0) this.arrived.push(steps);
    else this.arrived = [];
    addSteps(this.overview, steps);
    if (this.fine) addSteps(this.fine.points, steps, this.fine);
    this.version.value++;
    if (this.overview.coalesced) void this.reload();
  }
}

type Steps = Pick<Extract<LiveEvent, { type: 'steps' }>, 'columns' | 'rows'>;

/** Adds rows of the stream: step, time, and a value for each column. */
function addSteps(points: Points, { columns, rows }: Steps, range = { from: 0, to: Infinity }): void {
  for (const row of rows) {
    const step = Number(row[0]);
    if (step < range.from || step > range.to) continue;
    const values = new Map<string, number>();
    columns.forEach((name, c) => {
      const value = row[c + 2];
      if (typeof value === 'number') values.set(name, value);
    });
    const at = points.lowerBound(step);
    const isNew = at === points.length;
    const counted = isNew ? (points.samples[at - 1] ?? 0) + (values.get('samples') ?? 0) : points.samples[at];
    points.add(step, row[1] ?? NaN, counted, values);
  }
}

export function mergeEpoch(epochs: EpochMetrics[], epoch: EpochMetrics): EpochMetrics[] {
  return [...epochs.filter((old) => old.epoch !== epoch.epoch), epoch].sort((a, b) => a.epoch - b.epoch);
}

/** Adds an event once. At most a thousand are kept, the newest; a job of many snapshots has more than anyone reads. */
export function mergeEvent(events: JobEvent[], entry: JobEvent): JobEvent[] {
  if (events.some((old) => old.step === entry.step && old.kind === entry.kind && old.time === entry.time && old.text === entry.text)) return events;
  return [...events.slice(-999), entry];
}
