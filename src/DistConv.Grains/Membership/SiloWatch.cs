using DistConv.Grains.Addressing;

namespace DistConv.Grains.Membership;

/// <summary>Which silos there are, as a coordinator sees it.</summary>
internal interface ISiloWatch
{
    /// <summary>The silos that can take part, in a fixed order; the same object until it changes.</summary>
    IReadOnlyList<SiloAddress> Active { get; }

    /// <summary>Completes when a silo is lost. One that answers again has a new task from then on.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>A task that never fails.</returns>
    Task WhenLost(SiloAddress silo);
}

/// <summary>
/// Watches the cluster: by heartbeats, which notice within seconds that a silo does not answer, and that it does again; by the membership, whose verdict is
/// final; and by supervisors, which see at once that a process has ended.
/// </summary>
public sealed class SiloWatch : ILifecycleParticipant<ISiloLifecycle>, ISiloWatch, IDisposable
{
    private readonly IClusterMembershipService _membership;
    private readonly ILocalSiloDetails _local;
    private readonly HeartbeatLoop _heartbeats;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, TaskCompletionSource> _watched = [];
    private readonly HashSet<SiloAddress> _gone = [];
    private readonly HashSet<SiloAddress> _lost = [];
    private readonly HashSet<SiloAddress> _leaving = [];
    private IReadOnlyList<SiloAddress> _active = [];
    private IReadOnlyList<SiloAddress> _others = [];
    private MembershipVersion _version = MembershipVersion.MinValue;
    private bool _isStale = true;
    private Task _watch = Task.CompletedTask;

    internal SiloWatch(IClusterMembershipService membership, ILocalSiloDetails local, Lazy<IJobServiceClient> jobs)
    {
        (_membership, _local) = (membership, local);
        _heartbeats = new HeartbeatLoop(silo => jobs.Value.On(silo).Heartbeat(), OnHeartbeat);
    }

    /// <summary>The silos that can take part, ascending; the same object until it changes.</summary>
    public IReadOnlyList<SiloAddress> Active
    {
        get
        {
            ClusterMembershipSnapshot snapshot = _membership.CurrentSnapshot;
            lock (_gate)
            {
                if (snapshot.Version <= _version && !_isStale) return _active;
                (_version, _isStale) = (snapshot.Version, false);
                SiloAddress[] active = [.. Members(snapshot).Where(silo => !_gone.Contains(silo) && !_lost.Contains(silo) && !_leaving.Contains(silo)).Order()];
                return _active.SequenceEqual(active) ? _active : _active = active;
            }
        }
    }

    /// <summary>A supervisor saw a silo's process end.</summary>
    /// <param name="silo">The silo.</param>
    public void Report(SiloAddress silo)
    {
        lock (_gate)
        {
            _gone.Add(silo);
            _isStale = true;
            Entry(silo).TrySetResult();
        }
    }

    /// <inheritdoc cref="ISiloWatch.WhenLost"/>
    public Task WhenLost(SiloAddress silo)
    {
        bool isDead = _membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead;
        lock (_gate)
        {
            TaskCompletionSource entry = Entry(silo);
            if (isDead) entry.TrySetResult();
            return entry.Task;
        }
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);
        lifecycle.Subscribe(
            nameof(SiloWatch),
            ServiceLifecycleStage.BecomeActive, // So that it still watches while jobs are handed over.
            _ =>
            {
                _heartbeats.Start();
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
    public void Dispose()
    {
        _heartbeats.Dispose();
        _stop.Dispose();
    }

    private static IEnumerable<SiloAddress> Members(ClusterMembershipSnapshot snapshot) =>
        snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);

    private TaskCompletionSource Entry(SiloAddress silo)
    {
        if (_watched.TryGetValue(silo, out TaskCompletionSource? entry)) return entry;
        return _watched[silo] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void OnHeartbeat(SiloAddress silo, HeartbeatRecord record)
    {
        lock (_gate)
        {
            _isStale = true;
            if (record.IsLeaving) _leaving.Add(silo);
            else _leaving.Remove(silo);
            if (record.IsLost)
            {
                _lost.Add(silo);
                Entry(silo).TrySetResult();
            }
            else if (_lost.Remove(silo) && !_gone.Contains(silo))
            {
                _watched.Remove(silo);
            }
        }
    }

    /// <summary>Whom to ask for signs of life: the members, and those that stop or that the membership has forgotten, as long as they answer, since calls to
    /// them may be waited for.</summary>
    private void Follow(ClusterMembershipSnapshot snapshot)
    {
        SiloAddress[] asked = [.. Members(snapshot).Union(_others.Where(silo => !_lost.Contains(silo)))];
        SiloAddress[] others =
            [.. asked.Where(silo => !silo.Equals(_local.SiloAddress) && !_gone.Contains(silo) && snapshot.GetSiloStatus(silo) != SiloStatus.Dead)];
        foreach (SiloAddress back in others.Except(_others).Where(_lost.Remove)) _watched.Remove(back);
        (_others, _isStale) = (others, true);
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (ClusterMembershipSnapshot snapshot in _membership.MembershipUpdates.WithCancellation(_stop.Token))
            {
                SiloAddress[] dead;
                lock (_gate) dead = [.. _watched.Keys.Where(silo => snapshot.GetSiloStatus(silo) == SiloStatus.Dead)];
                foreach (SiloAddress silo in dead) Report(silo);
                lock (_gate) Follow(snapshot);
                _heartbeats.Watch(_others);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
        finally
        {
            _heartbeats.Dispose();
        }
    }
}
