import type { MachineJob } from '../../api/types';

/** A node of the shard tree: the shards from `start` on, and who computes it; null when several silos do. */
export interface TreeNode {
  start: number;
  count: number;
  silo: string | null;
  children: TreeNode[];
}

/** Which silo holds each shard: as the job says, or by the newest step of the lanes. */
export function owners(job: MachineJob): Map<number, string> {
  const newest = new Map<number, { silo: string; step: number }>();
  for (const lane of job.lanes) {
    const step = lane.steps.length > 0 ? lane.steps[lane.steps.length - 1].step : -1;
    const known = newest.get(lane.shard);
    if (!known || step > known.step) newest.set(lane.shard, { silo: lane.silo, step });
  }
  const held = job.silos.flatMap(({ silo, shards }) => shards.map((shard) => [shard, silo] as const));
  return new Map([...[...newest].map(([shard, { silo }]) => [shard, silo] as const), ...held]);
}

/** The fixed tree over the shards: the left child spans the largest power of two below the node's width. */
export function buildTree(owner: Map<number, string>, start: number, count: number): TreeNode {
  if (count === 1) return { start, count, silo: owner.get(start) ?? null, children: [] };
  let left = 1;
  while (left * 2 < count) left *= 2;
  const children = [buildTree(owner, start, left), buildTree(owner, start + left, count - left)];
  const silo = children[0].silo !== null && children[0].silo === children[1].silo ? children[0].silo : null;
  return { start, count, silo, children };
}

/** The nodes whose sums silos send: the largest ones that belong to one silo. */
export function subtrees(node: TreeNode): TreeNode[] {
  return node.silo !== null ? [node] : node.children.flatMap(subtrees);
}

export function depth(node: TreeNode): number {
  return 1 + Math.max(0, ...node.children.map(depth));
}
