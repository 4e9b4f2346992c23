using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Grains.Coordination;

/// <summary>
/// The coordinator's part of the synchronous averaging: it finishes the shard tree. The gradients travel in two buckets: the early one (the dense layers'
/// gradients, whose backward pass ends first) is added as soon as all silos have it, the late one (the layers below) at the end of the step.
/// </summary>
internal sealed class GradientAverage
{
    private readonly JobSpec _spec;
    private readonly ComputePool _pool;
    private readonly StepReducer _reducer;
    private readonly LayerNormMeter _norms;

    // Freed by its finalizer: a call that nobody waits for any longer may still be sending it.
    private FloatBuffer? _sum;

    /// <summary>The tree of one job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="pool">The threads on which it is finished.</param>
    /// <param name="kernels">The kernel set with which it is.</param>
    public GradientAverage(JobSpec spec, ComputePool pool, KernelSet kernels)
    {
        _spec = spec;
        _pool = pool;
        using var network = new Network(spec.ReadModel(), kernels, spec.Seed);
        _reducer = new StepReducer(kernels, network.Gradient);
        _norms = new LayerNormMeter(network);
        Length = network.Gradient.Length;
        EarlyBucketStart = network.EarlyBucketStart;
    }

    /// <summary>The first parameter of the early bucket, and so the length of the late one; <see cref="Length"/> if there is no early bucket.</summary>
    public int EarlyBucketStart { get; }

    /// <summary>Floats of a step's sum.</summary>
    public int Length { get; }

    /// <summary>Whether the gradients have an early bucket.</summary>
    public bool HasEarlyBucket => EarlyBucketStart < Length;

    /// <summary>Adds the early buckets of all silos, beside the computation that goes on.</summary>
    /// <param name="step">The step.</param>
    /// <param name="subtrees">The subtrees' early buckets.</param>
    /// <returns>The sum over all shards; unchanged until the next call.</returns>
    /// <exception cref="NonFiniteGradientException">Loss or gradient are not finite.</exception>
    public Task<GradientMessage> ReduceBucketAsync(long step, IReadOnlyList<SubtreeMessage> subtrees) => Task.Run(() =>
    {
        Reduce(step, subtrees, EarlyBucketStart, Length, isExchanged: true);
        return new GradientMessage(_sum!, EarlyBucketStart, Length - EarlyBucketStart);
    });

    /// <summary>Adds the subtrees of all silos.</summary>
    /// <param name="step">The step.</param>
    /// <param name="subtrees">The subtrees; their late buckets, if the early buckets have been added.</param>
    /// <param name="isExchanged">Whether the sum will travel to other silos.</param>
    /// <param name="end">Number of parameters that are added: all, or <see cref="EarlyBucketStart"/>.</param>
    /// <returns>The sum over all shards; unchanged until the next call.</returns>
    /// <exception cref="NonFiniteGradientException">Loss or gradient are not finite.</exception>
    public async Task<ReducedGradient> ReduceAsync(long step, IReadOnlyList<SubtreeMessage> subtrees, bool isExchanged, int end)
    {
        ReducedGradient reduced = default;
        await _pool.RunAsync(() => reduced = Reduce(step, subtrees, 0, end, isExchanged));
        return reduced;
    }

    /// <summary>Measures the norm of each layer's gradient.</summary>
    /// <param name="gradient">The sum over all shards.</param>
    /// <param name="norms">Two for each layer; the first of each two is overwritten.</param>
    /// <returns>Completes when that is done.</returns>
    public Task MeasureNormsAsync(ReducedGradient gradient, float[] norms) => _pool.RunAsync(() => _norms.MeasureGradient(gradient, norms));

    /// <summary>Lets the buffer of the last sum be: a call to a silo that was given up may be sent later, and must carry what it carried.</summary>
    /// <param name="keepsBucket">Whether the early bucket of the step that is being added stands there already.</param>
    public void LeaveSum(bool keepsBucket)
    {
        _sum = keepsBucket ? _sum?.Clone() : null;
    }

    /// <summary>A sum in a buffer that no worker computes into, so that it can travel.</summary>
    /// <param name="gradient">The sum, perhaps in the buffer of this silo's own worker.</param>
    /// <returns>The same values.</returns>
    public ReducedGradient Detach(ReducedGradient gradient)
    {
        if (gradient.Values == _sum) return gradient;
        _sum = gradient.Values.Clone();
        return gradient with { Values = _sum };
    }

    private static GradientSum ToSum(SubtreeMessage message) =>
        new(new ShardNode(message.FirstShard, message.EndShard), message.Values.Values) { Totals = message.Totals };

    private ReducedGradient Reduce(long step, IReadOnlyList<SubtreeMessage> subtrees, int first, int end, bool isExchanged)
    {
        ReducedGradient reduced = _reducer.Reduce(step, _spec.Shards, [.. subtrees.Select(ToSum)], first, end);
        if (!isExchanged) return reduced;

        // The sum stands in the buffer of a worker, which computes into it as soon as it has applied the sum: too early for a sum that is still on its way to
        // other silos.
        _sum ??= new FloatBuffer(Length);
        reduced.Values.Span[first..end].CopyTo(_sum.Span[first..end]);
        return reduced with { Values = _sum };
    }
}
