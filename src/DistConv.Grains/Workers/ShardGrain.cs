using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;
using Orleans.Concurrency;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IShardGrain"/>
[StatelessWorker(1)]
internal sealed class ShardGrain(ReplicaHost host) : Grain, IShardGrain
{
    /// <inheritdoc/>
    public Task<StepTotals> Compute(long step)
    {
        (string job, int shard) = ShardKey.Parse(this.GetPrimaryKeyString());
        return host[job].ComputeAsync(shard, step);
    }
}
