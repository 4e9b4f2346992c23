import type { MachineJob } from '../../api/types';
import { isDark } from '../../charts/theme';
import { siloColor } from './colors';
import { buildTree, depth, owners, subtrees, type TreeNode } from './tree';

const rowHeight = 34;

/** The fixed tree along which gradients are added, each node in the colour of the silo that computes it; grey nodes join several silos. */
export function ShardTreeView({ job }: { job: MachineJob }) {
  const owner = owners(job);
  const shards = Math.max(-1, ...owner.keys()) + 1;
  if (shards < 1) return null;
  const tree = buildTree(owner, 0, shards);
  const width = Math.max(240, shards * 30);
  const height = depth(tree) * rowHeight + 4;
  const sent = subtrees(tree);
  return (
    <section class="card" aria-label={`Shard tree of ${job.id}`}>
      <header class="card-head">
        <h2>Shard tree</h2>
        <p class="summary">{sent.length === 1 ? 'one silo computes it whole' : `${sent.length} subtrees are sent and added`}</p>
      </header>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Drawing of the shard tree">
        <svg
          class="shard-tree"
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          role="img"
          aria-label={`Shard tree: ${sent.map(words).join('; ')}`}
        >
          <Node node={tree} level={0} unit={width / shards} dark={isDark.value} />
        </svg>
      </div>
      <ul class="legend">
        {[...new Set(owner.values())].map((silo) => (
          <li key={silo}>
            <i class="swatch round" style={{ background: siloColor(silo, isDark.value) }} /> {silo}
          </li>
        ))}
      </ul>
    </section>
  );
}

function words(node: TreeNode): string {
  const range = node.count === 1 ? `shard ${node.start}` : `shards ${node.start} to ${node.start + node.count - 1}`;
  return `${range} on ${node.silo ?? 'no silo'}`;
}

function Node({ node, level, unit, dark }: { node: TreeNode; level: number; unit: number; dark: boolean }) {
  const x = (node.start + node.count / 2) * unit;
  const y = level * rowHeight + 14;
  return (
    <g>
      {node.children.map((child) => (
        <g key={child.start}>
          <line x1={x} y1={y} x2={(child.start + child.count / 2) * unit} y2={y + rowHeight} stroke={siloColor(child.silo, dark)} stroke-width="2" />
          <Node node={child} level={level + 1} unit={unit} dark={dark} />
        </g>
      ))}
      <circle cx={x} cy={y} r={node.count === 1 ? 10 : 7} fill={siloColor(node.silo, dark)} />
      {node.count === 1 && (
        <text x={x} y={y + 4} text-anchor="middle" class="tree-label" fill={dark ? '#10141a' : '#fff'}>
          {node.start}
        </text>
      )}
    </g>
  );
}
