using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using Orleans.Concurrency;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Membership;

/// <inheritdoc cref="IHeartbeatGrain"/>
[StatelessWorker(maxLocalWorkers: 1, removeIdleWorkers: false)]
[GrainDirectory(LocalGrainDirectory.Name)]
internal sealed class HeartbeatGrain : Grain, IHeartbeatGrain
{
    /// <inheritdoc/>
    public Task Answer() => Task.CompletedTask;
}
