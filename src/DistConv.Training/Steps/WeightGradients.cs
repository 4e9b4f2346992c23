using DistConv.Core.Networks;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// Weight and bias gradients: a chain over each shard's samples for every element (NUMERICS rule 6), added over the shards along the fixed tree (rule 7).
/// </summary>
internal sealed class WeightGradients : IDisposable
{
    private readonly ComputePool _pool;
    private readonly List<LayerGradient> _layers = [];

    public WeightGradients(SampleRows rows, ShardRows shards, ComputePool pool, int maxShards)
    {
        _pool = pool;

        // From the top down: the last layers' gradients are complete first, and hold most of the bytes.
        for (int i = rows.Network.Layers.Count - 1; i >= 0; i--)
        {
            LayerGradient? gradient = rows.Network.Layers[i] switch
            {
                DenseLayer dense => new DenseGradient(rows, shards, dense, pool.Threads, maxShards),
                Conv2DLayer conv => new Conv2DGradient(rows, shards, conv, maxShards),
                _ => null,
            };
            if (gradient is not null) _layers.Add(gradient);
        }
    }

    /// <summary>Fills the sums of all subtrees that are present. Only from within a job of the pool.</summary>
    public void Compute(IReadOnlyList<GradientSum> sums)
    {
        foreach (LayerGradient layer in _layers) layer.Compute(_pool, sums);
    }

    public void Dispose()
    {
        foreach (LayerGradient layer in _layers) layer.Dispose();
    }
}

/// <summary>The gradients of one layer's parameters.</summary>
internal abstract class LayerGradient : IDisposable
{
    public abstract void Compute(ComputePool pool, IReadOnlyList<GradientSum> sums);

    public abstract void Dispose();
}
