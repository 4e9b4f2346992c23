using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using DistConv.Training.Metrics;
using Orleans.Concurrency;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IShardGrain"/>
[StatelessWorker(1)]
[GrainDirectory(LocalGrainDirectory.Name)]
internal sealed class ShardGrain(ReplicaHost host) : Grain, IShardGrain
{
    /// <inheritdoc/>
    public Task<StepTotals> Compute(long step)
    {
        (string job, int shard) = ShardKey.Parse(this.GetPrimaryKeyString());
        return host[job].ComputeAsync(shard, step);
    }
}
