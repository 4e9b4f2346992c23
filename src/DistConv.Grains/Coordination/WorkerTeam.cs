using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Coordination;

/// <summary>
/// The workers of one run of a job: who takes part, with which shards, and where their replicas stand. Silos that are lost leave it, and silos that appear
/// join it, between two steps; no bit depends on that.
/// </summary>
/// <param name="folder">The job.</param>
/// <param name="silos">The cluster's silos.</param>
/// <param name="local">The coordinator's own silo.</param>
/// <param name="workers">Finds workers.</param>
internal sealed class WorkerTeam(JobFolder folder, ISiloWatch silos, SiloAddress local, IWorkerClient workers)
{
    private readonly List<Participant> _participants = [];
    private readonly Dictionary<SiloAddress, Task<Participant?>> _joining = [];
    private readonly List<string> _notices = [];
    private IReadOnlyList<SiloAddress>? _seen;

    /// <summary>The job id.</summary>
    public string Job => folder.Id;

    /// <summary>The job.</summary>
    public JobSpec Spec => folder.Spec;

    /// <summary>The coordinator's claim, which every call carries.</summary>
    public long Fence { get; set; }

    /// <summary>Updates that every replica has applied.</summary>
    public long Step { get; set; }

    /// <summary>The silos that compute, the coordinator's own first, each with at least one shard; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Participant> Participants => _participants;

    /// <summary>Who came and who was lost, the oldest first.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Shards that had to be computed again because a silo was lost.</summary>
    public int RetriedShards { get; private set; }

    /// <summary>Whether a silo is ready to join.</summary>
    public bool HasJoiners
    {
        get
        {
            if (!ReferenceEquals(silos.Active, _seen)) LookForJoiners();
            return _joining.Values.Any(joining => joining.IsCompleted);
        }
    }

    /// <summary>A participant's place.</summary>
    /// <param name="participant">The participant.</param>
    /// <returns>From 0.</returns>
    public int IndexOf(Participant participant) => _participants.IndexOf(participant);

    /// <summary>Has every silo make its replica, at a snapshot.</summary>
    /// <param name="snapshot">The snapshot; null: the untrained network.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When all are ready and equal.</returns>
    /// <exception cref="InvalidInputException">A silo's data, store or version is not what the job needs.</exception>
    public async Task StartAsync(Snapshot? snapshot, CancellationToken cancellationToken)
    {
        _seen = silos.Active;
        IEnumerable<SiloAddress> first = _seen.OrderBy(silo => !silo.Equals(local)).Take(Spec.Shards);
        Participant?[] ready = await Task.WhenAll(first.Select(silo => PrepareAsync(silo, snapshot))).WaitAsync(cancellationToken);
        _participants.Clear();
        _participants.AddRange(ready.OfType<Participant>());
        Step = snapshot?.Step ?? 0;
        foreach (Participant participant in _participants)
        {
            if (participant.Ready.Step != Step) throw new InvalidOperationException($"silo {participant.Name} loaded step {participant.Ready.Step}, not {Step}");
        }

        ulong[][] hashes = [.. _participants.Select(participant => participant.Ready.LayerHashes)];
        EnsureEqual(hashes, Step);
        if (snapshot is not null && !hashes[0].SequenceEqual(snapshot.LayerHashes))
            throw new InvalidOperationException($"step {Step}: silo {_participants[0].Name} has other weights than the snapshot");
        Assign();
    }

    /// <summary>Calls all workers at once. Those whose silo is lost leave the team, and the others share their shards.</summary>
    /// <typeparam name="TReply">What a worker answers.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An answer for each participant; null if one was lost, and then the call has to be made again.</returns>
    public async Task<TReply[]?> CallAsync<TReply>(Func<Participant, Task<TReply>> call, CancellationToken cancellationToken)
        where TReply : class
    {
        Participant[] called = [.. _participants];
        TReply?[] replies = await Task.WhenAll(called.Select(participant => AskAsync(participant.Silo, call(participant)))).WaitAsync(cancellationToken);
        if (!replies.Contains(null)) return replies!;
        for (int i = 0; i < called.Length; i++)
        {
            if (replies[i] is not null) continue;
            _participants.Remove(called[i]);
            _notices.Add($"step {Step}: silo {called[i].Name} was lost; the other silos take over its {Shards(called[i].Shards.Length)}");
        }

        RetriedShards += Spec.Shards;
        Assign();
        return null;
    }

    /// <summary>A worker's answer beside a call to all, which notices if a silo is lost.</summary>
    /// <typeparam name="TReply">What it answers.</typeparam>
    /// <param name="participant">The worker's silo.</param>
    /// <param name="answer">Its answer.</param>
    /// <returns>The answer; null if the silo is lost or the call has ended there.</returns>
    public async Task<TReply?> TryAskAsync<TReply>(Participant participant, Task<TReply> answer)
        where TReply : class
    {
        try
        {
            return await AskAsync(participant.Silo, answer);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Takes in the silos that are ready, with the state of a replica that stands at <see cref="Step"/>.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When they compute with the others.</returns>
    public async Task AdmitAsync(StateMessage state, CancellationToken cancellationToken)
    {
        foreach ((SiloAddress silo, Task<Participant?> joining) in _joining.Where(entry => entry.Value.IsCompleted).ToList())
        {
            _joining.Remove(silo);
            try
            {
                if (await joining is not { } joiner) continue;
                ApplyReply? loaded = await AskAsync(silo, joiner.Worker.Load(new LoadRequest(Job, Fence, state))).WaitAsync(cancellationToken);
                if (loaded is null) continue;
                if (loaded.Step != Step || !loaded.LayerHashes.SequenceEqual(state.LayerHashes))
                    throw new InvalidOperationException($"it has other weights than those that were sent to it for step {Step}");
                _participants.Add(joiner);
                _notices.Add($"step {Step}: silo {joiner.Name} joins");
            }
            catch (Exception e) when (e is InvalidInputException or InvalidOperationException)
            {
                _notices.Add($"silo {silo.Endpoint} takes no shard: {e.Message}");
            }
        }

        Assign();
    }

    /// <summary>Checks that all replicas have the same weights.</summary>
    /// <param name="hashes">For each participant, a hash for each layer.</param>
    /// <param name="step">Updates applied.</param>
    /// <exception cref="InvalidOperationException">They differ: memory or processor of a silo is broken, or it runs another build.</exception>
    public void EnsureEqual(ulong[][] hashes, long step)
    {
        for (int i = 1; i < hashes.Length; i++)
        {
            if (hashes[i].AsSpan().SequenceEqual(hashes[0])) continue;
            throw new InvalidOperationException($"step {step}: the weights on silo {_participants[i].Name} differ from those on silo {_participants[0].Name}");
        }
    }

    /// <summary>Frees the replicas, also of silos that were about to join; those of lost silos are gone anyway.</summary>
    /// <returns>When all have answered.</returns>
    public async Task ReleaseAsync()
    {
        foreach (SiloAddress silo in _participants.Select(participant => participant.Silo).Concat(_joining.Keys))
        {
            await AskAsync(silo, AcknowledgeAsync(workers.On(silo).Release(Job, Fence)));
        }
    }

    private static async Task<object> AcknowledgeAsync(Task call)
    {
        await call;
        return call;
    }

    private static string Shards(int count) => count == 1 ? "shard" : $"{count} shards";

    /// <summary>New silos prepare while the others go on; there are never more participants than shards.</summary>
    private void LookForJoiners()
    {
        _seen = silos.Active;
        foreach (SiloAddress silo in _seen)
        {
            if (_participants.Count + _joining.Count >= Spec.Shards) return;
            if (_joining.ContainsKey(silo) || _participants.Any(participant => participant.Silo.Equals(silo))) continue;
            _joining.Add(silo, PrepareAsync(silo, snapshot: null));
        }
    }

    private void Assign()
    {
        int[][] blocks = ShardAssignment.Blocks(Spec.Shards, _participants.Count);
        for (int i = 0; i < blocks.Length; i++) _participants[i].Shards = blocks[i];
    }

    private async Task<Participant?> PrepareAsync(SiloAddress silo, Snapshot? snapshot)
    {
        IWorkerService worker = workers.On(silo);
        var request = new PrepareRequest(Job, Fence, Protocol.Version, NumericsVersion.Current, snapshot?.Step);
        PrepareReply? reply = await AskAsync(silo, worker.Prepare(request));
        return reply is null ? null : new Participant(silo, worker, reply, silo.Equals(local));
    }

    /// <summary>A worker's answer, or null if its silo is lost. The coordinator's own silo cannot be: what fails there is the job's failure.</summary>
    private async Task<TReply?> AskAsync<TReply>(SiloAddress silo, Task<TReply> answer)
        where TReply : class
    {
        if (silo.Equals(local)) return await answer;
        if (await Task.WhenAny(answer, silos.WhenLost(silo)) != answer)
        {
            answer.Ignore();
            return null;
        }

        try
        {
            return await answer;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return null; // It cannot be reached. If it lives after all it may join again.
        }
    }
}
