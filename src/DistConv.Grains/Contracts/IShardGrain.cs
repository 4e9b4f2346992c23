using DistConv.Training.Metrics;

namespace DistConv.Grains.Contracts;

/// <summary>
/// One shard of a job on one silo: a pure function of (shard, step, weights). Its key is "job/shard" (<see cref="ShardKey"/>). Only its own silo's
/// worker calls it, and a stateless worker grain is always activated on the caller's silo, where the weights are.
/// </summary>
[Alias("DistConv.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Forward and backward pass over the shard's samples of a step.</summary>
    /// <param name="step">The step; the worker has announced it to its replica.</param>
    /// <returns>What the shard's samples added up to. The gradient stays in the replica, where it is added along the shard tree.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("Compute")]
    Task<StepTotals> Compute(long step);
}
