import type { Lane, LaneStep, MachineJob } from '../../api/types';

export const phaseNames = ['compute', 'exchange', 'reduce', 'update'] as const;
export type PhaseName = (typeof phaseNames)[number];

export interface Block {
  phase: PhaseName;
  start: number;
  end: number;
}

export function blocksOf(step: LaneStep): Block[] {
  let at = step.start;
  return phaseNames.flatMap((phase) => {
    const start = at;
    at += step[phase];
    return step[phase] > 0 ? [{ phase, start, end: at }] : [];
  });
}

export function endOf(step: LaneStep): number {
  return step.start + step.compute + step.exchange + step.reduce + step.update;
}

/** The stretch of time in which the newest `count` steps lie, over all lanes. */
export function laneWindow(job: MachineJob, count: number): [number, number] | null {
  const all = job.lanes.flatMap((lane) => lane.steps);
  if (all.length === 0) return null;
  const newest = Math.max(...all.map((step) => step.step));
  const recent = all.filter((step) => step.step > newest - count);
  return [Math.min(...recent.map((step) => step.start)), Math.max(...recent.map(endOf))];
}

/** Lanes in the order of shards; a shard that moved has a lane for each silo that computed it, the newer one below. */
export function orderLanes(lanes: Lane[]): Lane[] {
  const newest = (lane: Lane) => (lane.steps.length > 0 ? lane.steps[lane.steps.length - 1].step : -1);
  return [...lanes].sort((a, b) => a.shard - b.shard || newest(a) - newest(b));
}

/** Whether a lane has nothing in the newest steps although the job went on: its silo was lost, or its shard moved. */
export function isSilent(lane: Lane, job: MachineJob): boolean {
  const newest = Math.max(...job.lanes.flatMap((other) => other.steps.map((step) => step.step)));
  return lane.steps.length === 0 || lane.steps[lane.steps.length - 1].step < newest - 2;
}
