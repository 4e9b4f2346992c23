using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;
using Orleans.Concurrency;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IShardGrain"/>
[StatelessWorker(1)]
internal sealed class ShardGrain(ReplicaHost host) : Grain, IShardGrain
{
    private HostedReplica? _replica;
    private ShardStep? _shard;

    /// <inheritdoc/>
    public Task<StepTotals> Compute(long step)
    {
        (string job, int shard) = ShardKey.Parse(this.GetPrimaryKeyString());
        HostedReplica replica = host[job];
        if (_shard is null || replica != _replica)
        {
            _shard = replica.Replica.OpenShard(shard);
            _replica = replica;
        }

        return _shard.ComputeAsync(step);
    }
}
