using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// What a layer of phase shard adds to a step's sum: the gradients of its tensors, a leaf a shard, and the doubles that move its state on; both along the tree
/// over the shards (docs/numerics.md, rules 7 and 12). They are a few values a channel: one thread adds them.
/// </summary>
internal sealed unsafe class ShardGradient : IDisposable
{
    private readonly Network _network;
    private readonly ShardRows _shards;
    private readonly ShardLayer _layer;
    private readonly FloatBuffer _leaves;
    private readonly FloatBuffer _moments;
    private readonly int _leafLength;

    public ShardGradient(Network network, ShardRows shards, ShardLayer layer, int maxShards)
    {
        (_network, _shards, _layer) = (network, shards, layer);
        _leafLength = layer.Tensors.Sum(tensor => tensor.Length);
        _leaves = new FloatBuffer((long)maxShards * _leafLength);
        _moments = new FloatBuffer((long)maxShards * layer.MomentCount * (sizeof(double) / sizeof(float)));
    }

    /// <summary>A shard's gradients.</summary>
    public float* Leaf(int shard) => _leaves.Pointer + ((long)_shards.Slot(shard) * _leafLength);

    /// <summary>Adds what the forward pass of each shard left for the state, into the sums of all subtrees that are present.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="rows">As the forward pass left them.</param>
    public void SumMoments(IReadOnlyList<GradientSum> sums, SampleRows rows)
    {
        for (int i = 0; i < _shards.Present.Count; i++)
        {
            int shard = _shards.Present[i];
            _layer.CopyMoments(rows.OwnState(_layer.Index, _shards.First(shard)), Moments(shard));
        }

        int offset = _network.Gradient.MomentStart, count = _layer.MomentCount;
        for (int i = 0; i < sums.Count; i++)
        {
            GradientSum sum = sums[i];
            if (!_shards.IsPresent(sum.Node)) continue;
            var destination = new Span<double>((double*)(sum.Values.Pointer + offset) + _layer.MomentOffset, count);
            new ReadOnlySpan<double>(Moments(Reduce(sum.Node, moments: true)), count).CopyTo(destination);
        }
    }

    /// <summary>Adds the gradients of the shards, into the sums of all subtrees that are present.</summary>
    /// <param name="sums">The sums.</param>
    public void SumGradients(IReadOnlyList<GradientSum> sums)
    {
        if (_leafLength == 0) return;
        for (int i = 0; i < sums.Count; i++)
        {
            GradientSum sum = sums[i];
            if (!_shards.IsPresent(sum.Node)) continue;
            var destination = new Span<float>(sum.Values.Pointer + _layer.Tensors[0].Offset, _leafLength);
            new ReadOnlySpan<float>(Leaf(Reduce(sum.Node, moments: false)), _leafLength).CopyTo(destination);
        }
    }

    public void Dispose()
    {
        _leaves.Dispose();
        _moments.Dispose();
    }

    private double* Moments(int shard) => (double*)_moments.Pointer + ((long)_shards.Slot(shard) * _layer.MomentCount);

    /// <summary>Adds a present node's shards into its left-most present one, and gives that.</summary>
    private int Reduce(ShardNode node, bool moments)
    {
        if (node.IsLeaf) return node.Lo;
        if (!_shards.IsPresent(node.Left)) return Reduce(node.Right, moments);
        int left = Reduce(node.Left, moments);
        if (!_shards.IsPresent(node.Right)) return left;
        int right = Reduce(node.Right, moments);
        if (moments) MomentSums.Add(Moments(right), Moments(left), _layer.MomentCount);
        else _network.Kernels.Add(Leaf(right), Leaf(left), _leafLength);
        return left;
    }
}
