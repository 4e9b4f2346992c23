using System.Diagnostics;
using DistConv.Grains.Contracts;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Grains.Coordination;

/// <summary>
/// Steps over workers: one call to each a step, with the commit of the step before inside it. The silos exchange the gradients among themselves, which is the
/// synchronous averaging; a step is committed when one of them has the whole sum. An update is pending until the next step's call carries the commit, or until
/// an evaluation or a snapshot needs it. What a lost silo should have computed the others compute, which gives the same bits.
/// </summary>
/// <param name="group">The workers.</param>
/// <param name="isComputing">Whether the coordinator's own silo computes for the job.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerStepExecutor(WorkerGroup group, Func<bool> isComputing, TimeProvider time) : IStepExecutor
{
    private readonly StepDeadline _deadline = new(group.Parameters);
    private readonly List<Task<HedgeOutcome>> _hedged = [];
    private CommitMessage? _pending;
    private RunProgress _progress;
    private double _appliedMs;
    private volatile StepExecution? _execution;
    private volatile string _waiting = "";

    /// <inheritdoc/>
    public string Kernel => string.Join('+', group.Participants.Select(participant => participant.Joined.Kernel).Distinct());

    /// <inheritdoc/>
    public int Threads => group.Participants.Sum(participant => participant.Joined.Threads);

    /// <inheritdoc/>
    public IReadOnlyList<Training.Jobs.SiloStatus> Silos => [.. group.Participants.Select(participant => participant.ToStatus())];

    /// <inheritdoc/>
    public int RetriedShards => group.RetriedShards;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notices => group.Notices;

    /// <inheritdoc/>
    public bool TryTakeNotice(out (JobEventKind Kind, string Line) notice) => group.TryTakeNotice(out notice);

    /// <inheritdoc/>
    public string Waiting => _execution?.Waiting ?? _waiting;

    /// <inheritdoc/>
    public bool IsComputing => isComputing();

    /// <inheritdoc/>
    public async ValueTask<RunPosition> RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken) =>
        await group.StartAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
    {
        await EnsureHedgesAgreeAsync();
        group.Computing = step;
        int retried = group.RetriedShards;
        _waiting = "silos that join";
        bool admits = group.HasJoiners;
        if (admits) await ApplyPendingAsync(cancellationToken);
        await group.MeetAsync(admits, cancellationToken);
        _progress = progress;
        long start = Stopwatch.GetTimestamp();
        StepExecution execution = new(
            group, _deadline, step, measureNorms, (participant, shards) => RequestFor(participant, step, shards) with { MeasureNorms = measureNorms });
        _execution = execution;
        await execution.RunAsync(cancellationToken);
        (_execution, _waiting) = (null, "the end of the step");
        PhaseSpan wall = new(start, Stopwatch.GetTimestamp());
        StepReply[] replies = [.. execution.Chosen.Select(part => part.Reply!)];
        if (Array.Find(replies, reply => reply.Difference is not null) is { Difference: { } difference }) throw new InvalidOperationException(difference);
        group.Settle(step, [.. execution.Chosen.Select(part => (part.Participant, part.Reply!.LayerHashes))]);
        foreach (StepPart part in execution.Chosen) part.Participant.Note(step, part.Reply!);
        _pending = null;
        StepTotals totals = TotalsOf(step, replies);
        SumReply sum = execution.Sum;
        if (sum.NotFinite is { } what) throw new NonFiniteGradientException(what);
        if (!double.IsFinite(totals.LossSum))
            throw new NonFiniteGradientException($"step {step}: the loss is not finite; the weights of step {step} are untouched");
        if (execution.Hedged is { } hedged) _hedged.Add(hedged);
        if (execution.WasDisturbed) group.Assign();
        else _deadline.Add(wall.Milliseconds);

        var coverage = new CoverageProof();
        foreach (StepReply reply in replies) coverage.Merge(new CoverageProof(reply.CoverageCount, reply.CoverageSum));
        float[] norms = MergeNorms(Array.Find(replies, reply => reply.Norms is not null)?.Norms, sum.Norms);
        double busyMs = replies.Max(reply => reply.ComputeMs + reply.UpdateMs);
        double updateMs = _appliedMs + replies.Max(reply => reply.UpdateMs);
        _appliedMs = 0;
        var timing = new StepTiming(
            replies.Max(reply => reply.ComputeMs), double.Max(0, wall.Milliseconds - busyMs - sum.ReduceMs), sum.ReduceMs, updateMs,
            replies.Sum(reply => reply.SentBytes));
        _pending = new CommitMessage(
            step, totals, CoverageState.Of(coverage),
            new StepMeasures(time.GetUtcNow(), wall.Milliseconds, timing, group.RetriedShards - retried, norms), execution.Holder.Silo)
        {
            RateFraction = progress.RateFraction,
        };
        return new StepOutcome(totals, coverage, replies[0].LayerHashes, timing, norms, StepPart.Spans(execution.Chosen, wall.End, sum.ReduceMs));
    }

    /// <inheritdoc/>
    public async ValueTask<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, CancellationToken cancellationToken)
    {
        DiagnoseNonFiniteReply[] replies = await CallAsync(
            (participant, _, _) =>
                participant.Worker.DiagnoseNonFinite(new DiagnoseNonFiniteRequest(group.Job, group.Fence, step, participant.Shards)),
            cancellationToken);
        IEnumerable<NonFiniteOrigin> found = replies.Select(reply => reply.Origin).OfType<NonFiniteOrigin>();
        return found.OrderBy(origin => origin.Sample is null).ThenBy(origin => origin.Shard).FirstOrDefault();
    }

    /// <inheritdoc/>
    public async ValueTask<EvaluationResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        await ApplyPendingAsync(cancellationToken);
        EvaluationShare[] shares = await CallAsync(
            (participant, index, count) => participant.Worker.Evaluate(new EvaluateRequest(group.Job, group.Fence, group.Step, index, count)),
            cancellationToken);
        return EvaluationResult.Of(shares);
    }

    /// <inheritdoc/>
    public async ValueTask<Snapshot> CaptureAsync(
        RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        await EnsureHedgesAgreeAsync();
        _waiting = "the pending update, or a silo's weights for a snapshot";
        await ApplyPendingAsync(cancellationToken);
        while (true)
        {
            Participant first = group.Participants[0];
            Task<StateMessage> call = first.Worker.Capture(new ReplicaRequest(group.Job, group.Fence, group.Step));
            if (await group.AskAsync(first, call).WaitAsync(cancellationToken) is { } state) return state.ToSnapshot(group.Spec, running, epochs, createdAt);
            group.Drop(first, "was lost");
            group.EnsureNotEmpty();
            group.Assign();
        }
    }

    private StepRequest RequestFor(Participant participant, long step, int[] shards)
    {
        EpochMetrics[]? epochs = participant.KnownEpochs == _progress.Epochs.Count ? null : [.. _progress.Epochs];
        participant.KnownEpochs = _progress.Epochs.Count;
        ExchangePlan? plan = group.Plan;
        ExchangePlan? told = plan is null || participant.KnownPlan == plan.Number ? null : plan;
        if (plan is not null) participant.KnownPlan = plan.Number;
        return new StepRequest(
            group.Job, group.Fence, step, shards, _pending, new ProgressMessage(_progress.Running, epochs), IsExchanged: plan is not null, told);
    }

    /// <summary>Losses and counts along the shard tree, as everything else.</summary>
    private StepTotals TotalsOf(long step, StepReply[] replies)
    {
        Dictionary<ShardNode, StepTotals> known = [];
        foreach (SubtreeMessage subtree in replies.SelectMany(reply => reply.Subtrees))
            known[new ShardNode(subtree.FirstShard, subtree.EndShard)] = subtree.Totals;
        return ShardTree.TryCombine(
            ShardTree.Root(group.Spec.Shards),
            node => known.TryGetValue(node, out StepTotals totals) ? (totals.Samples > 0, totals) : (false, default),
            static (left, right) => left + right,
            out StepTotals total) ? total : throw new InvalidOperationException($"step {step}: no shard has samples");
    }

    /// <summary>The gradient's norm of each layer and the weights' in turn, each from who measured it.</summary>
    private static float[] MergeNorms(float[]? weights, float[]? gradient)
    {
        if (weights is null || gradient is null) return [];
        for (int i = 0; i < gradient.Length; i += 2) weights[i] = gradient[i];
        return weights;
    }

    private async Task ApplyPendingAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { Step: var step } pending) return;
        ReplicaReply[] replies = await CallAsync(
            (participant, _, _) => participant.Worker.Apply(new ApplyRequest(group.Job, group.Fence, pending)), cancellationToken);
        for (int i = 0; i < replies.Length; i++)
        {
            if (replies[i].Step != step + 1)
                throw new InvalidOperationException($"step {step}: silo {group.Participants[i].Name} stands at step {replies[i].Step}");
        }

        group.Settle(step + 1, [.. replies.Select((reply, i) => (group.Participants[i], reply.LayerHashes))]);
        _appliedMs += replies.Max(reply => reply.UpdateMs);
        _pending = null;
    }

    /// <summary>Calls all workers, again without those that were lost.</summary>
    private async Task<TReply[]> CallAsync<TReply>(Func<Participant, int, int, Task<TReply>> call, CancellationToken cancellationToken)
        where TReply : class
    {
        while (true)
        {
            Participant[] called = [.. group.Participants];
            TReply[]? replies = await group.CallAsync(participant => call(participant, Array.IndexOf(called, participant), called.Length), cancellationToken);
            if (replies is not null) return replies;
        }
    }

    private async Task EnsureHedgesAgreeAsync()
    {
        foreach (Task<HedgeOutcome> hedged in _hedged.Where(hedged => hedged.IsCompleted).ToList())
        {
            _hedged.Remove(hedged);
            HedgeOutcome outcome = await hedged;
            if (outcome.Difference is { } difference) throw new InvalidOperationException(difference);
            if (outcome.NotCompared is { } reason) group.Notice(JobEventKind.Warning, reason);
        }
    }
}
