using DistConv.Core.Buffers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Threading;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// A dense layer's gradients. A unit of work is a block of kernel rows: its chains for all shards are added along the tree while they are in the cache, so
/// that no shard's gradient is ever written to memory. The last unit is the bias.
/// </summary>
internal sealed unsafe class DenseGradient : IParallelWork, IDisposable
{
    private readonly SampleRows _rows;
    private readonly ShardRows _shards;
    private readonly DenseLayer _layer;
    private readonly FloatBuffer[] _scratch;
    private readonly int _blockRows;
    private readonly int _blocks;
    private readonly int _blockLength;
    private IReadOnlyList<GradientSum> _sums = [];

    public DenseGradient(SampleRows rows, ShardRows shards, DenseLayer layer, int threads, int maxShards)
    {
        _rows = rows;
        _shards = shards;
        _layer = layer;
        _blockRows = layer.Operator.WeightGradientRows;
        _blocks = (layer.Plan.Input.Size + _blockRows - 1) / _blockRows;
        _blockLength = _blockRows * layer.Plan.Output.Size;
        int levels = int.Log2(maxShards) + 2;
        _scratch = new FloatBuffer[threads];
        for (int t = 0; t < threads; t++) _scratch[t] = new FloatBuffer((long)levels * _blockLength);
    }

    /// <summary>Fills the sums of all subtrees that are present. Only from within a job of the pool.</summary>
    public void Compute(ComputePool pool, IReadOnlyList<GradientSum> sums)
    {
        _sums = sums;
        pool.For(_blocks + (_layer.Bias is null ? 0 : 1), this);
    }

    public void Run(int unit, int thread)
    {
        for (int i = 0; i < _sums.Count; i++)
        {
            GradientSum sum = _sums[i];
            if (!_shards.IsPresent(sum.Node)) continue;
            float* destination = sum.Values.Pointer +
                (unit == _blocks ? _layer.Bias!.Offset : _layer.Kernel!.Offset + ((long)unit * _blockLength));
            Reduce(sum.Node, unit, thread, destination, level: 0);
        }
    }

    public void Dispose()
    {
        foreach (FloatBuffer buffer in _scratch) buffer.Dispose();
    }

    /// <summary>A present node's sum: left + right, or the one child that is present.</summary>
    private void Reduce(ShardNode node, int unit, int thread, float* destination, int level)
    {
        if (node.IsLeaf)
        {
            Leaf(node.Lo, unit, thread, destination, add: false);
            return;
        }

        bool right = _shards.IsPresent(node.Right);
        if (!_shards.IsPresent(node.Left))
        {
            Reduce(node.Right, unit, thread, destination, level + 1);
            return;
        }

        Reduce(node.Left, unit, thread, destination, level + 1);
        if (!right) return;
        if (node.Right.IsLeaf && unit < _blocks)
        {
            Leaf(node.Right.Lo, unit, thread, destination, add: true);
            return;
        }

        float* other = _scratch[thread].Pointer + ((long)level * _blockLength);
        Reduce(node.Right, unit, thread, other, level + 1);
        int length = unit == _blocks ? _layer.Plan.Output.Size : BlockRowsOf(unit) * _layer.Plan.Output.Size;
        _rows.Network.Kernels.Add(other, destination, length);
    }

    private void Leaf(int shard, int unit, int thread, float* destination, bool add)
    {
        int row = _shards.First(shard), samples = _shards.RowsOf(shard), outputs = _layer.Plan.Output.Size;
        float* gradOutput = _rows.Gradient(_layer.Index, row, thread);
        if (unit == _blocks)
        {
            new Span<float>(destination, outputs).Clear();
            _rows.Network.Kernels.AddRows(gradOutput, samples, outputs, RowStride.Of(outputs), destination);
            return;
        }

        _layer.Operator.WeightGradient(
            unit * _blockRows, BlockRowsOf(unit), samples, _rows.Output(_layer.Plan.Sources[0], row, thread), gradOutput, destination, add,
                _rows.Scratch(thread));
    }

    private int BlockRowsOf(int unit) => int.Min(_blockRows, _layer.Plan.Input.Size - (unit * _blockRows));
}
