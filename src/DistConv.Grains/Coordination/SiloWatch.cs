using System.Collections.Concurrent;

namespace DistConv.Grains.Coordination;

/// <summary>Which silos there are, as a coordinator sees it.</summary>
internal interface ISiloWatch
{
    /// <summary>The silos that can take part, in a fixed order; the same object until it changes.</summary>
    IReadOnlyList<SiloAddress> Active { get; }

    /// <summary>Completes when a silo is gone for good: one that comes back has another address.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>A task that never fails.</returns>
    Task WhenLost(SiloAddress silo);
}

/// <summary>
/// Watches the cluster's membership, which takes seconds to declare a silo dead, and listens to supervisors, which see at once that a process has ended.
/// </summary>
/// <param name="membership">The cluster's membership.</param>
public sealed class SiloWatch(IClusterMembershipService membership) : ILifecycleParticipant<ISiloLifecycle>, ISiloWatch, IDisposable
{
    private readonly ConcurrentDictionary<SiloAddress, TaskCompletionSource> _watched = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _refreshing = new();
    private IReadOnlyList<SiloAddress> _active = [];
    private MembershipVersion _version = MembershipVersion.MinValue;
    private volatile bool _isStale = true;
    private Task _watch = Task.CompletedTask;

    /// <summary>The silos that can take part, ascending; the same object until it changes.</summary>
    public IReadOnlyList<SiloAddress> Active
    {
        get
        {
            ClusterMembershipSnapshot snapshot = membership.CurrentSnapshot;
            lock (_refreshing)
            {
                if (snapshot.Version <= _version && !_isStale) return _active;
                (_version, _isStale) = (snapshot.Version, false);
                IEnumerable<ClusterMember> active = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active && !IsLost(member.SiloAddress));
                return _active = [.. active.Select(member => member.SiloAddress).Order()];
            }
        }
    }

    /// <summary>A supervisor saw a silo's process end.</summary>
    /// <param name="silo">The silo.</param>
    public void Report(SiloAddress silo)
    {
        Entry(silo).TrySetResult();
        _isStale = true;
    }

    /// <inheritdoc cref="ISiloWatch.WhenLost"/>
    public Task WhenLost(SiloAddress silo) => Entry(silo).Task;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(
            nameof(SiloWatch),
            ServiceLifecycleStage.Active,
            _ =>
            {
                _watch = Task.Run(WatchAsync, CancellationToken.None);
                return Task.CompletedTask;
            },
            async _ =>
            {
                await _stop.CancelAsync();
                await _watch;
            });
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private bool IsLost(SiloAddress silo) => _watched.TryGetValue(silo, out TaskCompletionSource? entry) && entry.Task.IsCompleted;

    private TaskCompletionSource Entry(SiloAddress silo) =>
        _watched.GetOrAdd(silo, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task WatchAsync()
    {
        try
        {
            await foreach (ClusterMembershipSnapshot snapshot in membership.MembershipUpdates.WithCancellation(_stop.Token))
            {
                foreach (SiloAddress silo in _watched.Keys)
                {
                    if (snapshot.GetSiloStatus(silo) == SiloStatus.Dead) Report(silo);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }
}
