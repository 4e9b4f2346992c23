using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using Orleans.Concurrency;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IHeartbeatGrain"/>
[StatelessWorker(maxLocalWorkers: 1, removeIdleWorkers: false)]
[GrainDirectory(LocalGrainDirectory.Name)]
internal sealed class HeartbeatGrain : Grain, IHeartbeatGrain
{
    /// <inheritdoc/>
    public Task Beat() => Task.CompletedTask;
}
