namespace DistConv.Grains.Coordination;

/// <summary>Silos that make their replicas while the others go on.</summary>
/// <param name="time">The clock.</param>
internal sealed class JoiningSilos(TimeProvider time)
{
    /// <summary>A silo that was late gets time to end what it does; one whose data or build does not fit may be mended.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1), _misfitPause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<SiloAddress, Task<Participant?>> _preparing = [];
    private readonly Dictionary<SiloAddress, (long Since, TimeSpan Pause)> _pausing = [];
    private IReadOnlyList<SiloAddress>? _seen;

    /// <summary>Whether one has finished, well or not.</summary>
    public bool AreReady => _preparing.Count > 0 && _preparing.Values.Any(preparing => preparing.IsCompleted);

    /// <summary>A silo was dropped: it joins again after a moment.</summary>
    /// <param name="silo">The silo.</param>
    public void NotBefore(SiloAddress silo) => Pause(silo, _pause);

    /// <summary>Has silos that are not in the group prepare; there are never more participants than shards.</summary>
    /// <param name="group">The group.</param>
    /// <param name="active">The silos that can take part; the same object until it changes.</param>
    public void Look(WorkerGroup group, IReadOnlyList<SiloAddress> active)
    {
        if (ReferenceEquals(active, _seen)) return;
        _seen = active;
        foreach (SiloAddress silo in active)
        {
            if (group.Participants.Count + _preparing.Count >= group.Spec.Shards) return;
            if (_preparing.ContainsKey(silo) || group.Participants.Any(participant => participant.Silo.Equals(silo))) continue;
            if (_pausing.TryGetValue(silo, out (long Since, TimeSpan Pause) pausing) && time.GetElapsedTime(pausing.Since) < pausing.Pause)
            {
                _seen = null; // Looked at again at the next step.
                continue;
            }

            _preparing.Add(silo, PrepareAsync(group, silo));
        }
    }

    /// <summary>Takes out those that have finished.</summary>
    /// <param name="group">The group.</param>
    /// <returns>Those that are nearly where the group stands.</returns>
    public async Task<List<Participant>> TakeReadyAsync(WorkerGroup group)
    {
        List<Participant> ready = [];
        foreach ((SiloAddress silo, Task<Participant?> preparing) in _preparing.Where(entry => entry.Value.IsCompleted).ToList())
        {
            _preparing.Remove(silo);
            _seen = null;
            try
            {
                if (await preparing is { } participant) ready.Add(participant);
                else Pause(silo, _pause);
            }
#pragma warning disable CA1031 // Whatever a silo that begins or ends throws: it does not take part, and the job goes on.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                Pause(silo, group.TellRefusal(silo.Endpoint.ToString(), e) ? _misfitPause : _pause);
            }
        }

        return ready;
    }

    private static async Task<Participant?> PrepareAsync(WorkerGroup group, SiloAddress silo)
    {
        if (await group.JoinAsync(silo) is not { } joined) return null;
        return await group.FollowAsync(joined, group.Participants[0].Silo) is null ? null : joined;
    }

    private void Pause(SiloAddress silo, TimeSpan pause)
    {
        _pausing[silo] = (time.GetTimestamp(), pause);
        _seen = null;
    }
}
