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

    /// <summary>Those that are preparing or ready.</summary>
    public IEnumerable<SiloAddress> Silos => _preparing.Keys;

    /// <summary>Whether one has finished, well or not.</summary>
    public bool AreReady => _preparing.Count > 0 && _preparing.Values.Any(preparing => preparing.IsCompleted);

    /// <summary>A silo was dropped: it joins again after a moment.</summary>
    /// <param name="silo">The silo.</param>
    public void NotBefore(SiloAddress silo) => Pause(silo, _pause);

    /// <summary>Has silos that are not in the team prepare; there are never more participants than shards.</summary>
    /// <param name="team">The team.</param>
    /// <param name="active">The silos that can take part; the same object until it changes.</param>
    public void Look(WorkerTeam team, IReadOnlyList<SiloAddress> active)
    {
        if (ReferenceEquals(active, _seen)) return;
        _seen = active;
        foreach (SiloAddress silo in active)
        {
            if (team.Participants.Count + _preparing.Count >= team.Spec.Shards) return;
            if (_preparing.ContainsKey(silo) || team.Participants.Any(participant => participant.Silo.Equals(silo))) continue;
            if (_pausing.TryGetValue(silo, out (long Since, TimeSpan Pause) pausing) && time.GetElapsedTime(pausing.Since) < pausing.Pause)
            {
                _seen = null; // Looked at again at the next step.
                continue;
            }

            _preparing.Add(silo, PrepareAsync(team, silo));
        }
    }

    /// <summary>Takes out those that have finished.</summary>
    /// <param name="team">The team.</param>
    /// <returns>Those that are nearly where the team stands.</returns>
    public async Task<List<Participant>> TakeReadyAsync(WorkerTeam team)
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
                Pause(silo, team.TellRefusal(silo.Endpoint.ToString(), e) ? _misfitPause : _pause);
            }
        }

        return ready;
    }

    private static async Task<Participant?> PrepareAsync(WorkerTeam team, SiloAddress silo)
    {
        Participant? joined = await team.JoinAsync(silo);
        return joined is not null && await team.FollowAsync(joined, team.Participants[0].Silo) is not null ? joined : null;
    }

    private void Pause(SiloAddress silo, TimeSpan pause)
    {
        _pausing[silo] = (time.GetTimestamp(), pause);
        _seen = null;
    }
}
