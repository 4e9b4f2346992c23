using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Coordination;

/// <summary>The beginning of a group: replicas that have outlived their coordinator stay where they stand, if that is not before the snapshot; otherwise all
/// begin at the snapshot.</summary>
/// <param name="group">The group.</param>
/// <param name="snapshot">The newest snapshot; null: the untrained network.</param>
/// <param name="time">The clock.</param>
internal sealed class GroupStart(WorkerGroup group, Snapshot? snapshot, TimeProvider time)
{
    /// <summary>After so long people are told who is waited for; and so long the others have at least when the first silo is ready.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly List<Exception> _refusals = [];

    /// <summary>The silos that are ready, in the order that was given.</summary>
    public List<Participant> Ready { get; private set; } = [];

    /// <summary>Whether replicas have outlived their coordinator.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>Hashes of their weights.</summary>
    public ulong[] LayerHashes { get; private set; } = [];

    /// <summary>Has the silos join, and brings them together.</summary>
    /// <param name="silos">The silos, the coordinator's own first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Where all stand.</returns>
    /// <exception cref="InvalidInputException">No silo has what the job needs.</exception>
    public async Task<RunPosition> RunAsync(IEnumerable<SiloAddress> silos, CancellationToken cancellationToken)
    {
        Participant?[] answers = await Task.WhenAll(silos.Select(silo => AllowAsync(silo.Endpoint.ToString(), () => group.JoinAsync(silo))));
        Participant[] joined = [.. answers.OfType<Participant>()];
        cancellationToken.ThrowIfCancellationRequested();
        RunPosition? found = await GoOnAsync(joined);
        GoesOn = found is not null;
        RunPosition position = found ?? await BeginAsync(joined, cancellationToken);
        if (Ready.Count > 0) return position;
        throw _refusals.FirstOrDefault() ?? new InvalidOperationException("no silo answers that could compute");
    }

    private async Task<RunPosition?> GoOnAsync(Participant[] joined)
    {
        if (snapshot is null) return null;
        Participant[] held = [.. joined.Where(participant => participant.Joined.Held is not null)];
        long furthest = held.Length == 0 ? -1 : held.Max(participant => participant.Joined.Held!.Step);
        if (furthest < snapshot.Step) return null;
        Participant[] leaders = [.. held.Where(participant => participant.Joined.Held!.Step == furthest && IsPlausible(participant.Joined.Held))];
        if (leaders.Length == 0) return null;
        WeightsVote.EnsureEqual(furthest, [.. leaders.Select(leader => (leader, leader.Joined.Held!.LayerHashes))]);
        if (await PositionAsync(leaders, furthest) is not { } position) return null;

        LayerHashes = leaders[0].Joined.Held!.LayerHashes;
        ReplicaReply?[] there = await Task.WhenAll(joined.Select(
            participant => leaders.Contains(participant) ? Task.FromResult(participant.Joined.Held)
                : participant.Joined.Held is null ? Task.FromResult<ReplicaReply?>(null) // It has to read the data first: it joins later.
                : AllowAsync(participant.Name, () => group.FollowAsync(participant, leaders[0].Silo))));
        Ready = [.. joined.Where((_, i) => there[i] is { } reply && reply.Step == furthest && reply.LayerHashes.SequenceEqual(LayerHashes))];
        return position;
    }

    /// <summary>At the snapshot's own step its hashes decide.</summary>
    private bool IsPlausible(ReplicaReply held) => held.Step > snapshot!.Step || held.LayerHashes.SequenceEqual(snapshot.LayerHashes);

    private async Task<RunPosition?> PositionAsync(Participant[] leaders, long step)
    {
        JournalMessage?[] journals = await Task.WhenAll(leaders.Select(leader => group.AskAsync(leader, leader.Worker.ReadJournal(group.Job, group.Fence))));
        var plan = ShardPlan.Of(group.Spec);
        JournalMessage? best = journals.OfType<JournalMessage>().Where(journal => IsWhole(journal, step, plan)).MaxBy(journal => journal.ProgressStep);
        if (best is null) return null;
        StepRecord[] records =
            [.. best.Records.Select(record => new StepRecord(record.Step, record.Totals, record.Coverage, record.Measures, record.LayerHashes))];
        return step == snapshot!.Step
            ? RunPosition.Of(snapshot) with { Records = records }
            : new RunPosition(step, best.ProgressStep, new RunProgress(best.Running, best.Epochs), records);
    }

    /// <summary>Every step since the newest known boundary is there, and no epoch ended in between, of which nobody would know.</summary>
    private static bool IsWhole(JournalMessage journal, long step, ShardPlan plan)
    {
        for (long next = journal.ProgressStep; next < step; next++)
        {
            if (!journal.Records.Any(record => record.Step == next) || (next > journal.ProgressStep && next % plan.StepsPerEpoch == 0)) return false;
        }

        return journal.ProgressStep <= step;
    }

    private async Task<RunPosition> BeginAsync(Participant[] joined, CancellationToken cancellationToken)
    {
        Participant[] chosen = [.. joined.Take(group.Spec.Shards)];
        Task<ReplicaReply?>[] replies = [.. chosen.Select(participant => AllowAsync(participant.Name, () => PrepareAsync(participant, chosen.Length)))];
        await AllOrLateAsync(chosen, replies, cancellationToken);
        List<(Participant Participant, ulong[] Hashes)> ready = [];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (replies[i].IsCompleted && await replies[i] is { } reply) ready.Add((chosen[i], reply.LayerHashes));
            else replies[i].Ignore();
        }

        long step = snapshot?.Step ?? 0;
        if (ready.Count == 0) return RunPosition.Of(snapshot);
        WeightsVote.EnsureEqual(step, ready);
        Ready = [.. ready.Select(participant => participant.Participant)];
        LayerHashes = ready[0].Hashes;
        if (snapshot is not null && !LayerHashes.SequenceEqual(snapshot.LayerHashes))
            throw new InvalidOperationException($"step {step}: silo {Ready[0].Name} has other weights than the snapshot");
        return RunPosition.Of(snapshot);
    }

    private Task<ReplicaReply?> PrepareAsync(Participant participant, int silos)
    {
        var request = new PrepareRequest(group.Job, group.Fence, snapshot?.Step) { GradientBlocks = ExchangeMemory.Blocks(group.Spec, silos) };
        return group.AskAsync(participant.Silo, worker => worker.Prepare(request));
    }

    /// <summary>Waits until the silos have read their data. A disk may hang, so when the first silo is ready the others have as long again: they join when
    /// they are ready.</summary>
    private async Task AllOrLateAsync(Participant[] chosen, Task<ReplicaReply?>[] replies, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        Task all = Task.WhenAll(replies);
        Task first = FirstReadyAsync(replies);
        if (!await first.EndsWithinAsync(_patience, time, cancellationToken))
        {
            string late = string.Join(" and ", Late().Select(silo => $"silo {silo.Name}"));
            group.Notice(JobEventKind.Warning, $"no silo has read its data after {_patience.TotalSeconds:F0} s; the job waits for {late}");
            await first.EndsWithinAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        TimeSpan patience = time.GetElapsedTime(start);
        if (await all.EndsWithinAsync(patience < _patience ? _patience : patience, time, cancellationToken)) return;
        foreach (Participant silo in Late())
        {
            double seconds = time.GetElapsedTime(start).TotalSeconds;
            group.Notice(
                JobEventKind.Warning,
                $"silo {silo.Name} has not read its data after {seconds:F0} s; the job begins without it, and it joins when it is ready");
        }

        IEnumerable<Participant> Late() => chosen.Where((_, i) => !replies[i].IsCompleted);
    }

    /// <summary>Completes when a silo is ready, or when none will be.</summary>
    private static async Task FirstReadyAsync(Task<ReplicaReply?>[] replies)
    {
        await foreach (Task<ReplicaReply?> reply in Task.WhenEach(replies))
        {
            if (!reply.IsCompletedSuccessfully || reply.Result is not null) return;
        }
    }

    /// <summary>A silo that has not what the job needs, or still reads data for an earlier run, takes no part, and one line says why.</summary>
    private async Task<T?> AllowAsync<T>(string silo, Func<Task<T?>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is InvalidInputException or BusyException)
        {
            _refusals.Add(e);
            group.Notice(JobEventKind.Warning, $"silo {silo} cannot participate: {e.Message}");
            return null;
        }
    }
}
