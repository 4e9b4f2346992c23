using System.Text.Json;
using DistConv.Grains.Jobs;
using DistConv.Grains.Workers;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Hosting;

/// <summary>What the metrics say about a silo, as long as it runs. It costs nothing until somebody looks.</summary>
/// <param name="membership">The cluster's silos.</param>
/// <param name="host">The silo's threads and store.</param>
/// <param name="time">The clock.</param>
internal sealed class SiloMetrics(IClusterMembershipService membership, ReplicaHost host, TimeProvider time)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly SiloStatus[] _statuses = [.. Enum.GetValues<SiloStatus>().Where(status => status != SiloStatus.None)];

    private readonly StoreCensus _census = new(() => host.Store, time);
    private IDisposable[] _registered = [];

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SiloMetrics), ServiceLifecycleStage.Active, Register, static _ => Task.CompletedTask); // While it drains they are still there.

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable registered in _registered) registered.Dispose();
        _registered = [];
    }

    private Task Register(CancellationToken cancellationToken)
    {
        _registered =
        [
            Telemetry.ClusterSilos.Register(Silos),
            Telemetry.ComputeThreads.Register(() => host.Threads),
            Telemetry.BusyThreads.Register(() => host.BusyThreads),
            Telemetry.StoreJobs.Register(() => _census.Latest?.Jobs ?? []),
            Telemetry.UncoordinatedJobs.Register(() => _census.Latest?.Uncoordinated),
            Telemetry.StoreFree.Register(() => _census.Latest?.FreeBytes),
        ];
        return Task.CompletedTask;
    }

    private IEnumerable<(string Status, double Count)> Silos()
    {
        ILookup<SiloStatus, ClusterMember> members = membership.CurrentSnapshot.Members.Values.ToLookup(member => member.Status);
        return _statuses.Select(status => (JsonNamingPolicy.CamelCase.ConvertName(status.ToString()), (double)members[status].Count()));
    }
}
