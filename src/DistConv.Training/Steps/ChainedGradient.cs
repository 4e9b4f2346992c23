using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Threading;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// The gradients of a layer that works sample by sample: a chain over each shard's samples for every element (docs/numerics.md, rule 6), to which the rows are
/// added one by one, in order; then the tree over the shards (rule 7), in which a unit of work is a slice of the parameters.
/// </summary>
internal sealed unsafe class ChainedGradient : IParallelWork, IDisposable
{
    private const int SliceLength = 4096;

    private readonly KernelSet _kernels;
    private readonly ShardRows _shards;
    private readonly SampleLayer _layer;
    private readonly FloatBuffer _leaves;
    private readonly int _leafLength;
    private readonly int[] _turns;
    private IReadOnlyList<GradientSum> _sums = [];

    public ChainedGradient(KernelSet kernels, ShardRows shards, SampleLayer layer, int maxShards)
    {
        _kernels = kernels;
        _shards = shards;
        _layer = layer;
        _leafLength = layer.Tensors.Sum(tensor => tensor.Length);
        _leaves = new FloatBuffer((long)maxShards * _leafLength);
        _turns = new int[maxShards * layer.GradientUnits];
    }

    /// <summary>Before the first row of a step.</summary>
    public void BeginStep() => Array.Clear(_turns);

    /// <summary>
    /// Goes on with the chains of a row's shard. Each unit's chains wait until the row before it in the shard has been there: rows must be started in the order
    /// of
    /// <see cref="ShardRows.RowByTurns"/>, then the one that is waited for is always under way.
    /// </summary>
    public void Add(ShardRow row, in RowMemory memory, float* gradOutput)
    {
        int slot = _shards.Slot(row.Shard), units = _layer.GradientUnits;
        float* leaf = Leaf(row.Shard);
        for (int unit = 0; unit < units; unit++)
        {
            ref int turn = ref _turns[(slot * units) + unit];
            var spinner = default(SpinWait);
            while (Volatile.Read(ref turn) != row.Place) spinner.SpinOnce(sleep1Threshold: -1);
            _layer.AddGradient(unit, memory, gradOutput, leaf, accumulate: row.Place > 0);
            Volatile.Write(ref turn, row.Place + 1);
        }
    }

    /// <summary>Adds the shards along the tree. Only from within a job of the pool, after all rows.</summary>
    public void Finish(ComputePool pool, IReadOnlyList<GradientSum> sums)
    {
        _sums = sums;
        pool.For((_leafLength + SliceLength - 1) / SliceLength, this);
    }

    public void Run(int unit, int thread)
    {
        int offset = unit * SliceLength, length = int.Min(SliceLength, _leafLength - offset);
        for (int i = 0; i < _sums.Count; i++)
        {
            GradientSum sum = _sums[i];
            if (!_shards.IsPresent(sum.Node)) continue;
            float* source = Reduce(sum.Node, offset, length);
            var destination = new Span<float>(sum.Values.Pointer + _layer.Tensors[0].Offset + offset, length);
            new ReadOnlySpan<float>(source, length).CopyTo(destination);
        }
    }

    public void Dispose() => _leaves.Dispose();

    /// <summary>Adds a present node's slices into its left-most present leaf.</summary>
    private float* Reduce(ShardNode node, int offset, int length)
    {
        if (node.IsLeaf) return Leaf(node.Lo) + offset;
        if (!_shards.IsPresent(node.Left)) return Reduce(node.Right, offset, length);
        float* left = Reduce(node.Left, offset, length);
        if (_shards.IsPresent(node.Right)) _kernels.Add(Reduce(node.Right, offset, length), left, length);
        return left;
    }

    private float* Leaf(int shard) => _leaves.Pointer + ((long)_shards.Slot(shard) * _leafLength);
}
