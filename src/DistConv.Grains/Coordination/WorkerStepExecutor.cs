using System.Diagnostics;
using DistConv.Grains.Contracts;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Grains.Coordination;

/// <summary>
/// Steps over workers: one call to each a step, with the reduced gradient of the step before inside it; then the reduction, which is the synchronous
/// averaging. The tail of the gradients travels while the layers below still compute. An update is pending until the next step carries it, or until an
/// evaluation or a snapshot needs it. A call that loses a silo is made again on the others, which gives the same bits.
/// </summary>
/// <param name="team">The workers.</param>
/// <param name="average">Adds what they computed.</param>
internal sealed class WorkerStepExecutor(WorkerTeam team, GradientAverage average) : IStepExecutor
{
    private ReducedGradient? _pending;
    private SubtreeMessage[] _borrowed = [];
    private long _attempts;
    private long _exchangedBytes;
    private double _appliedMs;

    /// <inheritdoc/>
    public string Kernel => string.Join('+', team.Participants.Select(participant => participant.Ready.Kernel).Distinct());

    /// <inheritdoc/>
    public int Threads => team.Participants.Sum(participant => participant.Ready.Threads);

    /// <inheritdoc/>
    public IReadOnlyList<Training.Jobs.SiloStatus> Silos => [.. team.Participants.Select(participant => participant.ToStatus())];

    /// <inheritdoc/>
    public int RetriedShards => team.RetriedShards;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notices => team.Notices;

    /// <inheritdoc/>
    public async ValueTask RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken) => await team.StartAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<StepOutcome> RunStepAsync(long step, CancellationToken cancellationToken)
    {
        if (team.HasJoiners) await AdmitAsync(cancellationToken);
        long start = Stopwatch.GetTimestamp();
        (StepReply[] replies, bool tailIsReduced) = await ComputeAsync(step, cancellationToken);
        double wallMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        EnsureComputed(replies, step);
        IEnumerable<StepReply> arrived = replies.Where((_, i) => !team.Participants[i].IsLocal);
        long bytes = _exchangedBytes + arrived.Sum(reply => reply.Subtrees.Sum(subtree => subtree.Values.LengthBytes));
        Settle();

        start = Stopwatch.GetTimestamp();
        _borrowed = [.. replies.SelectMany(reply => reply.Subtrees)];
        ReducedGradient reduced = await average.ReduceAsync(step, _borrowed, IsExchanged, tailIsReduced ? average.HeadLength : average.Length);
        _pending = reduced;
        double reduceMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        var coverage = new CoverageProof();
        foreach (StepReply reply in replies) coverage.Merge(new CoverageProof(reply.CoverageCount, reply.CoverageSum));
        double busyMs = replies.Max(reply => reply.ComputeMs + reply.UpdateMs);
        double updateMs = _appliedMs + replies.Max(reply => reply.UpdateMs);
        _appliedMs = 0;
        var timing = new StepTiming(replies.Max(reply => reply.ComputeMs), double.Max(0, wallMs - busyMs), reduceMs, updateMs, bytes);
        return new StepOutcome(reduced.Totals, coverage, replies[0].LayerHashes, timing);
    }

    /// <inheritdoc/>
    public async ValueTask<EvaluationResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        await ApplyPendingAsync(cancellationToken);
        EvaluationShare[] shares = await CallAsync(
            participant => participant.Worker.Evaluate(new EvaluateRequest(team.Job, team.Fence, team.Step, team.IndexOf(participant), team.Participants.Count)),
            cancellationToken);
        return EvaluationResult.Of(shares);
    }

    /// <inheritdoc/>
    public async ValueTask<Snapshot> CaptureAsync(
        RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        (await CaptureAsync(cancellationToken)).ToSnapshot(team.Spec, running, epochs, createdAt);

    private bool IsExchanged => team.Participants.Any(participant => !participant.IsLocal);

    /// <summary>Has the workers compute until all have; their tails are exchanged meanwhile, unless an answer about them was lost on its way.</summary>
    private async Task<(StepReply[] Replies, bool TailIsReduced)> ComputeAsync(long step, CancellationToken cancellationToken)
    {
        bool apart = average.HasTail && IsExchanged;
        while (true)
        {
            long attempt = ++_attempts;
            _exchangedBytes = 0;
            Task<bool> tail = apart ? ExchangeTailAsync(step, attempt, cancellationToken) : Task.FromResult(false);
            StepReply[]? replies;
            try
            {
                replies = await team.CallAsync(
                    participant => participant.Worker.RunStep(
                        new StepRequest(team.Job, team.Fence, step, participant.Shards, PendingFor(participant), attempt, apart)),
                    cancellationToken);
            }
            finally
            {
                // Whatever becomes of the attempt: nobody adds any more when the next one computes, or when the replicas are freed.
                await ((Task)tail).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            bool isReduced = await tail;
            if (replies is not null && (isReduced == apart || replies.Any(reply => reply.Behind is not null))) return (replies, isReduced);
            apart = apart && replies is null && IsExchanged;
        }
    }

    /// <summary>Fetches the tails of an attempt, adds them, and gives the sum to the silos that need it, while the layers below still compute.</summary>
    /// <returns>Whether the sum is there.</returns>
    private async Task<bool> ExchangeTailAsync(long step, long attempt, CancellationToken cancellationToken)
    {
        Participant[] participants = [.. team.Participants];
        var request = new TailRequest(team.Job, team.Fence, attempt);
        TailReply?[] tails = await Task.WhenAll(participants.Select(participant => team.TryAskAsync(participant, participant.Worker.TakeTail(request))))
            .WaitAsync(cancellationToken);
        SubtreeMessage[] subtrees = [.. tails.OfType<TailReply>().SelectMany(tail => tail.Subtrees)];
        try
        {
            if (tails.Contains(null)) return false;
            GradientMessage sum = await average.ReduceTailAsync(step, subtrees);
            var message = new TailMessage(team.Job, team.Fence, step, sum);
            Participant[] others = [.. participants.Where(participant => !participant.IsLocal)];
            Taken?[] taken = await Task.WhenAll(others.Select(participant => team.TryAskAsync(participant, participant.Worker.KeepTail(message))))
                .WaitAsync(cancellationToken);
            for (int i = 0; i < others.Length; i++)
            {
                if (taken[i] is not null) others[i].TailStep = step;
            }

            _exchangedBytes += 2L * others.Length * sum.LengthBytes;
            return true;
        }
        finally
        {
            foreach (SubtreeMessage subtree in subtrees) subtree.Values.Release();
        }
    }

    /// <summary>The update that a worker may lack, without what it has of it.</summary>
    private ReducedMessage? PendingFor(Participant participant)
    {
        if (_pending is not { } pending) return null;
        bool hasTail = !participant.IsLocal && participant.TailStep == pending.Step;
        GradientMessage values = hasTail ? new GradientMessage(pending.Values, 0, average.HeadLength) : new GradientMessage(pending.Values);
        if (!participant.IsLocal) _exchangedBytes += values.LengthBytes;
        return new ReducedMessage(pending.Step, pending.Totals, values);
    }

    private async Task AdmitAsync(CancellationToken cancellationToken) => await team.AdmitAsync(await CaptureAsync(cancellationToken), cancellationToken);

    private async Task<StateMessage> CaptureAsync(CancellationToken cancellationToken)
    {
        await ApplyPendingAsync(cancellationToken);
        return await team.Participants[0].Worker.Capture(Question()).WaitAsync(cancellationToken);
    }

    private async Task ApplyPendingAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { } pending) return;
        ApplyReply[] replies = await CallAsync(
            participant => participant.Worker.Apply(new ApplyRequest(team.Job, team.Fence, PendingFor(participant)!)), cancellationToken);
        for (int i = 0; i < replies.Length; i++)
        {
            if (replies[i].Step != pending.Step + 1) throw Behind(i, replies[i].Step, pending.Step + 1);
        }

        team.EnsureEqual([.. replies.Select(reply => reply.LayerHashes)], pending.Step + 1);
        team.Step = pending.Step + 1;
        _appliedMs += replies.Max(reply => reply.UpdateMs);
        Settle();
    }

    private async Task<TReply[]> CallAsync<TReply>(Func<Participant, Task<TReply>> call, CancellationToken cancellationToken)
        where TReply : class
    {
        while (true)
        {
            if (await team.CallAsync(call, cancellationToken) is { } replies) return replies;
        }
    }

    private void EnsureComputed(StepReply[] replies, long step)
    {
        for (int i = 0; i < replies.Length; i++)
        {
            if (replies[i].Behind is { } there) throw Behind(i, there, step);
            team.Participants[i].ComputeMs = replies[i].ComputeMs;
        }

        team.EnsureEqual([.. replies.Select(reply => reply.LayerHashes)], step);
        team.Step = step;
    }

    private InvalidOperationException Behind(int participant, long there, long step) =>
        new($"step {step}: silo {team.Participants[participant].Name} stands at step {there}");

    /// <summary>All workers have applied what was pending: its buffers go back to where they came from.</summary>
    private void Settle()
    {
        foreach (SubtreeMessage subtree in _borrowed) subtree.Values.Release();
        _borrowed = [];
        _pending = null;
    }

    private ReplicaRequest Question() => new(team.Job, team.Fence, team.Step);
}
