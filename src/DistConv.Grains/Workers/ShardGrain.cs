using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;
using Orleans.Concurrency;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IShardGrain"/>
/// <remarks>It stays: an idle stateless worker is removed within a second otherwise, and a call that meets its removal waits for its own time limit, with the
/// whole step.</remarks>
[StatelessWorker(maxLocalWorkers: 1, removeIdleWorkers: false)]
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
