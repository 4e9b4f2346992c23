using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Workers;

namespace DistConv.Grains.Hosting;

/// <summary>What a host asks to learn whether its silo makes progress.</summary>
public sealed class SiloHeartbeat
{
    private readonly ReplicaHost _replicas;
    private readonly RunningJobs _jobs;
    private readonly IGrainFactory _grains;

    /// <summary>The heartbeat of this process' silo.</summary>
    /// <param name="replicas">What it holds.</param>
    /// <param name="jobs">What it coordinates.</param>
    /// <param name="grains">Its grains.</param>
    internal SiloHeartbeat(ReplicaHost replicas, RunningJobs jobs, IGrainFactory grains) => (_replicas, _jobs, _grains) = (replicas, jobs, grains);

    /// <summary>The ids of the jobs that the silo coordinates, in alphabetical order.</summary>
    public IReadOnlyList<string> Jobs => [.. _jobs.Ids.Order(StringComparer.Ordinal)];

    /// <summary>Whether the silo drains: it takes no new work.</summary>
    public bool IsLeaving => _jobs.IsHalting;

    /// <summary>Has a grain of this silo take a turn.</summary>
    /// <returns>When it has answered.</returns>
    public Task TakeTurnAsync() => _grains.GetGrain<IHeartbeatGrain>(0).Answer();

    /// <summary>Has the compute threads, if there are any yet, do nothing after what is queued.</summary>
    /// <returns>When they have.</returns>
    public Task ComputeAsync() => _replicas.ComputeNothingAsync();
}
