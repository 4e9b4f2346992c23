using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Steps;

namespace DistConv.Grains.Coordination;

/// <summary>The coordinator's part of the synchronous averaging: it finishes the shard tree on the silo's compute threads.</summary>
internal sealed class GradientAverage
{
    private readonly JobSpec _spec;
    private readonly ComputePool _pool;
    private readonly StepReducer _reducer;

    // Freed by its finalizer: a call that failed may still be sending it.
    private GradientMessage? _sum;

    /// <summary>The tree of one job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="pool">The threads on which it is finished.</param>
    /// <param name="kernels">The kernel set with which it is.</param>
    public GradientAverage(JobSpec spec, ComputePool pool, KernelSet kernels)
    {
        _spec = spec;
        _pool = pool;
        using var network = new Network(ModelSpec.Parse(spec.ModelJson, spec.ModelName), kernels, spec.Seed);
        _reducer = new StepReducer(kernels, network.Parameters);
    }

    /// <summary>Adds the subtrees of all silos.</summary>
    /// <param name="step">The step.</param>
    /// <param name="sums">The subtrees.</param>
    /// <param name="isExchanged">Whether the sum will travel to other silos.</param>
    /// <returns>The sum over all shards; unchanged until the next call.</returns>
    /// <exception cref="NonFiniteGradientException">Loss or gradient are not finite.</exception>
    public async Task<ReducedGradient> ReduceAsync(long step, IReadOnlyList<GradientSum> sums, bool isExchanged)
    {
        ReducedGradient reduced = default;
        await _pool.RunAsync(() =>
        {
            reduced = _reducer.Reduce(step, _spec.Shards, sums);
            if (isExchanged) reduced = Own(reduced);
        });
        return reduced;
    }

    /// <summary>
    /// The sum stands in the buffer of a worker, which computes into it as soon as it has applied the sum: too early for a sum that is still on its way
    /// to other silos.
    /// </summary>
    private ReducedGradient Own(ReducedGradient reduced)
    {
        _sum ??= new GradientMessage(new FloatBuffer(reduced.Values.Length));
        reduced.Values.Span.CopyTo(_sum.Values.Span);
        return reduced with { Values = _sum.Values };
    }
}
