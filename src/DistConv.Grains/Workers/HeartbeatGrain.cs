using DistConv.Grains.Contracts;
using Orleans.Concurrency;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IHeartbeatGrain"/>
[StatelessWorker(1)]
internal sealed class HeartbeatGrain : Grain, IHeartbeatGrain
{
    /// <inheritdoc/>
    public Task Beat() => Task.CompletedTask;
}
