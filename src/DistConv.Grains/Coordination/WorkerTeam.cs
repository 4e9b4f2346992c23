using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
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
/// <param name="time">The clock.</param>
internal sealed class WorkerTeam(JobFolder folder, ISiloWatch silos, SiloAddress local, IWorkerClient workers, TimeProvider time)
{
    /// <summary>How long a step boundary waits for a silo that joins: it only lacks the last steps.</summary>
    private static readonly TimeSpan _admission = TimeSpan.FromSeconds(5);

    /// <summary>How long a silo may take at least for what others have done already.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly List<Participant> _participants = [];
    private readonly List<string> _notices = [];
    private readonly HashSet<string> _noticed = [];
    private readonly JoiningSilos _joining = new(time);
    private ulong[] _hashes = [];
    private IReadOnlyList<SiloAddress>? _retiredFrom;

    /// <summary>The job id.</summary>
    public string Job => folder.Id;

    /// <summary>The job.</summary>
    public JobSpec Spec => folder.Spec;

    /// <summary>The coordinator's claim, which every call carries.</summary>
    public long Fence { get; set; }

    /// <summary>The id of the job store, which all silos must share.</summary>
    public required string StoreId { get; init; }

    /// <summary>Updates that every replica has applied.</summary>
    public long Step { get; private set; }

    /// <summary>The step that is being computed, for what people are told.</summary>
    public long Computing { get; set; }

    /// <summary>The silos that compute, the coordinator's own first, each with at least one shard; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Participant> Participants => _participants;

    /// <summary>Who came and who was lost, the oldest first.</summary>
    public IReadOnlyList<string> Notices
    {
        get
        {
            lock (_notices) return [.. _notices];
        }
    }

    /// <summary>Silos that were given up so far: calls to them may still be under way.</summary>
    public int Drops { get; private set; }

    /// <summary>Shards that had to be computed again because a silo was lost.</summary>
    public int RetriedShards { get; set; }

    /// <summary>Has every silo join, and brings the replicas to one step: that of the snapshot, or the furthest where one stands that has outlived its coordinator.</summary>
    /// <param name="snapshot">The snapshot; null: the untrained network.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When all are equal: where they stand.</returns>
    /// <exception cref="InvalidInputException">The data, store or version of no silo is what the job needs.</exception>
    public async Task<RunPosition> StartAsync(Snapshot? snapshot, CancellationToken cancellationToken)
    {
        IReadOnlyList<SiloAddress> active = silos.Active;
        TeamStart start = new(this, snapshot);
        RunPosition position = await start.RunAsync(active.OrderBy(silo => !silo.Equals(local)), cancellationToken).WaitAsync(cancellationToken);
        _participants.Clear();
        _participants.AddRange(start.Ready.Take(Spec.Shards));
        (Step, _hashes) = (position.Step, start.LayerHashes);
        Assign();
        if (start.GoesOn) TellMissing();
        return position;
    }

    /// <summary>Between two steps: lets go of silos that are about to stop, and takes in those that are ready.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the step can begin.</returns>
    public async Task MeetAsync(CancellationToken cancellationToken)
    {
        Retire();
        _joining.Look(this, silos.Active);
        if (_joining.AreReady) await AdmitAsync(cancellationToken);
    }

    /// <summary>Calls a worker, and stops waiting when its silo is lost or dropped.</summary>
    /// <typeparam name="TReply">What it answers.</typeparam>
    /// <param name="participant">The worker's silo.</param>
    /// <param name="answer">Its answer.</param>
    /// <returns>The answer; null if there will be none.</returns>
    public Task<TReply?> AskAsync<TReply>(Participant participant, Task<TReply> answer)
        where TReply : class => AskAsync(participant.Silo, answer, participant.Dropped);

    /// <summary>Calls a silo's worker before the silo takes part.</summary>
    /// <typeparam name="TReply">What it answers.</typeparam>
    /// <param name="silo">The silo.</param>
    /// <param name="call">The call.</param>
    /// <param name="patience">How long to wait; null: as long as the silo lives.</param>
    /// <returns>The answer; null if there will be none.</returns>
    public async Task<TReply?> AskAsync<TReply>(SiloAddress silo, Func<IWorkerService, Task<TReply>> call, TimeSpan? patience = null)
        where TReply : class
    {
        if (patience is not { } limit) return await AskAsync(silo, call(workers.On(silo)), Never);
        using var stop = new CancellationTokenSource();
        Task elapsed = Task.Delay(limit, time, stop.Token);
        TReply? reply = await AskAsync(silo, call(workers.On(silo)), elapsed);
        await stop.CancelAsync();
        return reply;
    }

    /// <summary>Calls all workers at once, until each that is not lost has answered.</summary>
    /// <typeparam name="TReply">What a worker answers.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An answer for each participant; null if one was lost, and then the call has to be made again.</returns>
    public async Task<TReply[]?> CallAsync<TReply>(Func<Participant, Task<TReply>> call, CancellationToken cancellationToken)
        where TReply : class
    {
        Participant[] called = [.. _participants];
        Task<TReply?>[] answers = [.. called.Select(participant => AskAsync(participant, call(participant)))];
        await AllOrLateAsync(answers).WaitAsync(cancellationToken);
        if (Array.TrueForAll(answers, answer => answer.IsCompletedSuccessfully && answer.Result is not null)) return [.. answers.Select(answer => answer.Result!)];
        for (int i = 0; i < called.Length; i++)
        {
            if (!answers[i].IsCompleted) Drop(called[i], "does not answer");
            else if (await answers[i] is null) Drop(called[i], "was lost");
        }

        if (_participants.Count == 0) throw new InvalidOperationException($"step {Computing}: no silo is left that computes");
        Assign();
        return null;
    }

    /// <summary>Waits for all answers; when the first has come, so long for the others as makes sense.</summary>
    private async Task AllOrLateAsync<TReply>(Task<TReply>[] answers)
    {
        Task all = Task.WhenAll(answers);
        long start = time.GetTimestamp();
        await Task.WhenAny(answers);
        if (all.IsCompleted) return;
        using var stop = new CancellationTokenSource();
        TimeSpan patience = time.GetElapsedTime(start) * 4;
        await Task.WhenAny(all, Task.Delay(patience < _patience ? _patience : patience, time, stop.Token));
        await stop.CancelAsync();
    }

    /// <summary>A silo takes part no longer, until it joins again.</summary>
    /// <param name="participant">The silo.</param>
    /// <param name="reason">What happened, for people: "was lost".</param>
    public void Drop(Participant participant, string reason)
    {
        if (!_participants.Remove(participant)) return;
        participant.Drop();
        Drops++;
        _joining.NotBefore(participant.Silo);
        string shards = participant.Shards.Length == 1 ? "shard" : $"{participant.Shards.Length} shards";
        Notice($"step {Computing}: silo {participant.Name} {reason}; the other silos take over its {shards} ({ShardText.Ranges(participant.Shards)})");
    }

    /// <summary>Tells people something, once.</summary>
    /// <param name="line">What.</param>
    public void Notice(string line)
    {
        lock (_notices)
        {
            if (_noticed.Add(line)) _notices.Add(line);
        }
    }

    /// <summary>All replicas have answered from a step.</summary>
    /// <param name="step">Updates applied.</param>
    /// <param name="replies">Who answered, with hashes of the weights.</param>
    /// <exception cref="InvalidOperationException">They differ: memory or processor of a silo is broken, or it runs another build.</exception>
    public void Settle(long step, IReadOnlyList<(Participant Participant, ulong[] Hashes)> replies)
    {
        WeightsVote.EnsureEqual(step, replies);
        (Step, _hashes) = (step, replies[0].Hashes);
    }

    /// <summary>Deals the shards anew.</summary>
    public void Assign()
    {
        int[][] blocks = ShardAssignment.Blocks(Spec.Shards, _participants.Count);
        for (int i = 0; i < blocks.Length; i++) _participants[i].Shards = blocks[i];
    }

    /// <summary>Has a silo join: who it is, and what it holds.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>Null if it does not answer.</returns>
    /// <exception cref="InvalidInputException">Its store or version differs.</exception>
    public async Task<Participant?> JoinAsync(SiloAddress silo)
    {
        var request = new JoinRequest(Job, Fence, Protocol.Version, NumericsVersion.Current, StoreId);
        JoinReply? joined = await AskAsync(silo, worker => worker.Join(request), TimeSpan.FromSeconds(10));
        return joined is null ? null : new Participant(silo, workers.On(silo), joined, silo.Equals(local));
    }

    /// <summary>Brings a silo's replica to where the team stands, while the team goes on.</summary>
    /// <param name="participant">The silo.</param>
    /// <param name="holder">A silo whose replica is there.</param>
    /// <param name="patience">How long to wait; null: as long as the silo lives.</param>
    /// <returns>Where it stands now; null if it does not answer.</returns>
    /// <exception cref="InvalidInputException">Its data is not what the job needs.</exception>
    public Task<ReplicaReply?> FollowAsync(Participant participant, SiloAddress holder, TimeSpan? patience = null)
    {
        var request = new AdoptRequest(Job, Fence, holder);
        return AskAsync(participant.Silo, worker => worker.Adopt(request), patience);
    }

    /// <summary>Frees the replicas, also of silos that were about to join; those of lost silos are gone anyway.</summary>
    /// <returns>When all have answered.</returns>
    public async Task ReleaseAsync()
    {
        await Task.WhenAll(_participants.Select(participant => participant.Silo).Concat(_joining.Silos).Distinct().Select(ReleaseAsync));
    }

    private static Task Never { get; } = new TaskCompletionSource().Task;

    private async Task ReleaseAsync(SiloAddress silo)
    {
        await AskAsync(silo, async worker =>
        {
            await worker.Release(Job, Fence);
            return worker;
        });
    }

    /// <summary>Who took part under the coordinator before, and does not now.</summary>
    private void TellMissing()
    {
        foreach (Training.Jobs.SiloStatus silo in folder.ReadStatus()?.Silos ?? [])
        {
            if (_participants.Exists(participant => participant.Silo.Endpoint.ToString() == silo.Silo && participant.Joined.ProcessId == silo.ProcessId)) continue;
            Notice($"step {Step}: silo {silo.Silo} (process {silo.ProcessId}) is missing; the other silos take over its shards ({ShardText.Ranges(silo.Shards)})");
        }
    }

    /// <summary>Silos that say that they are about to stop: they have computed the step before, and are let go.</summary>
    private void Retire()
    {
        IReadOnlyList<SiloAddress> active = silos.Active;
        if (ReferenceEquals(active, _retiredFrom)) return;
        _retiredFrom = active;
        foreach (Participant leaver in _participants.Where(participant => !participant.IsLocal && !active.Contains(participant.Silo)).ToList())
        {
            if (_participants.Count == 1) return;
            if (silos.WhenLost(leaver.Silo).IsCompleted) continue;
            _participants.Remove(leaver);
            leaver.Drop();
            ReleaseAsync(leaver.Silo).Ignore();
            Notice($"step {Computing}: silo {leaver.Name} stops; the other silos take over its shards ({ShardText.Ranges(leaver.Shards)})");
            Assign();
        }
    }

    private async Task AdmitAsync(CancellationToken cancellationToken)
    {
        foreach (Participant joiner in await _joining.TakeReadyAsync(this))
        {
            try
            {
                ReplicaReply? there = await FollowAsync(joiner, _participants[0].Silo, _admission).WaitAsync(cancellationToken);
                if (there is null || there.Step != Step) continue;
                if (!there.LayerHashes.SequenceEqual(_hashes))
                {
                    Notice($"silo {joiner.Name} takes no shard: it has other weights than those that were sent to it for step {Step}");
                    continue;
                }

                _participants.Add(joiner);
                Notice($"step {Computing}: silo {joiner.Name} joins");
            }
            catch (Exception e) when (e is InvalidInputException or InvalidOperationException)
            {
                Notice($"silo {joiner.Name} takes no shard: {e.Message}");
            }
#pragma warning disable CA1031 // Whatever a silo that begins or ends throws: it does not take part, and the job goes on.
            catch (Exception e) when (e is not OperationCanceledException && !joiner.IsLocal)
#pragma warning restore CA1031
            {
                Notice($"silo {joiner.Name} cannot join yet ({e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")})");
            }
        }

        Assign();
    }

    /// <summary>A worker's answer, or null if its silo is lost or <paramref name="given"/> up. The coordinator's own silo cannot be: what fails there is the job's
    /// failure.</summary>
    private async Task<TReply?> AskAsync<TReply>(SiloAddress silo, Task<TReply> answer, Task given)
        where TReply : class
    {
        if (silo.Equals(local)) return await answer;
        if (await Task.WhenAny(answer, silos.WhenLost(silo), given) != answer)
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
