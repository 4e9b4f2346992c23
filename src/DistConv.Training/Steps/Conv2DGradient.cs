using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// A convolution's gradients: first a chain over each shard's samples (a unit of work is a shard's part of the kernel, or its bias), then the tree over the shards
/// (a unit is a slice of the parameters).
/// </summary>
internal sealed unsafe class Conv2DGradient : LayerGradient
{
    private const int SliceLength = 4096;

    private readonly SampleRows _rows;
    private readonly ShardRows _shards;
    private readonly Conv2DLayer _layer;
    private readonly FloatBuffer _leaves;
    private readonly int _kernelLength;
    private readonly int _leafLength;
    private readonly ChainWork _chains;
    private readonly TreeWork _tree;

    public Conv2DGradient(SampleRows rows, ShardRows shards, Conv2DLayer layer, int maxShards)
    {
        _rows = rows;
        _shards = shards;
        _layer = layer;
        _kernelLength = layer.Kernel!.Length;
        _leafLength = _kernelLength + (layer.Bias?.Length ?? 0);
        _leaves = new FloatBuffer((long)maxShards * _leafLength);
        _chains = new ChainWork(this);
        _tree = new TreeWork(this);
    }

    private int KernelUnits => _layer.Operator.WeightGradientUnits;

    public override void Compute(ComputePool pool, IReadOnlyList<GradientSum> sums)
    {
        pool.For(_shards.Present.Count * (KernelUnits + 1), _chains);
        _tree.Sums = sums;
        pool.For((_leafLength + SliceLength - 1) / SliceLength, _tree);
    }

    public override void Dispose() => _leaves.Dispose();

    private float* Leaf(int shard) => _leaves.Pointer + ((long)_shards.Slot(shard) * _leafLength);

    private sealed class ChainWork(Conv2DGradient owner) : IParallelWork
    {
        public void Run(int unit, int thread)
        {
            // All shards' kernels first: they are the large units, the biases fill the gaps at the end.
            int shards = owner._shards.Present.Count;
            int shard = owner._shards.Present[unit % shards], kernelUnit = unit / shards;
            int first = owner._shards.First(shard), end = first + owner._shards.RowsOf(shard);
            if (kernelUnit == owner.KernelUnits)
            {
                Bias(shard, first, end);
                return;
            }

            int layer = owner._layer.Index;
            for (int row = first; row < end; row++)
            {
                owner._layer.Operator.WeightGradient(
                    kernelUnit, owner._rows.InputOf(layer, row), owner._rows.Gradient(layer, row), owner.Leaf(shard), accumulate: row > first,
                    owner._rows.Scratch(thread));
            }
        }

        private void Bias(int shard, int first, int end)
        {
            if (owner._layer.Bias is not { } bias) return;
            float* sums = owner.Leaf(shard) + owner._kernelLength;
            new Span<float>(sums, bias.Length).Clear();
            long positions = (long)(end - first) * owner._layer.Plan.Output.Height * owner._layer.Plan.Output.Width;
            owner._rows.Network.Kernels.AddRows(owner._rows.Gradient(owner._layer.Index, first), positions, bias.Length, sums);
        }
    }

    private sealed class TreeWork(Conv2DGradient owner) : IParallelWork
    {
        public IReadOnlyList<GradientSum> Sums { get; set; } = [];

        public void Run(int unit, int thread)
        {
            int offset = unit * SliceLength, length = int.Min(SliceLength, owner._leafLength - offset);
            for (int i = 0; i < Sums.Count; i++)
            {
                GradientSum sum = Sums[i];
                if (!owner._shards.IsPresent(sum.Node)) continue;
                float* source = Reduce(sum.Node, offset, length);
                var destination = new Span<float>(sum.Values.Pointer + owner._layer.Kernel!.Offset + offset, length);
                new ReadOnlySpan<float>(source, length).CopyTo(destination);
            }
        }

        /// <summary>Adds a present node's slices into its left-most present leaf.</summary>
        private float* Reduce(ShardNode node, int offset, int length)
        {
            if (node.IsLeaf) return owner.Leaf(node.Lo) + offset;
            if (!owner._shards.IsPresent(node.Left)) return Reduce(node.Right, offset, length);
            float* left = Reduce(node.Left, offset, length);
            if (owner._shards.IsPresent(node.Right)) owner._rows.Network.Kernels.Add(Reduce(node.Right, offset, length), left, length);
            return left;
        }
    }
}
