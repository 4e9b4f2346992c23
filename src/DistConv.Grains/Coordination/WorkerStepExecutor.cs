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
/// Steps over workers: one call to each a step, with the reduced gradient of the step before inside it; then the reduction, which is the synchronous
/// averaging. The early bucket of the gradients travels while the layers below still compute. An update is pending until the next step carries it, or until an
/// evaluation or a snapshot needs it. What a lost silo should have computed the others compute, which gives the same bits.
/// </summary>
/// <param name="group">The workers.</param>
/// <param name="average">Adds what they computed.</param>
/// <param name="isComputing">Whether the coordinator's own silo computes for the job.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerStepExecutor(WorkerGroup group, GradientAverage average, Func<bool> isComputing, TimeProvider time) : IStepExecutor
{
    private readonly StepDeadline _deadline = new(average.Length);
    private readonly List<Task<HedgeOutcome>> _hedged = [];
    private Pending? _pending;
    private List<StepPart> _borrowed = [];
    private RunProgress _progress;
    private long _attempts;
    private int _knownDrops;
    private long _exchangedBytes;
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
        await group.MeetAsync(cancellationToken);
        _progress = progress;
        _exchangedBytes = 0;
        if (group.IsExchanged && _pending is { } alone) _pending = alone with { Gradient = average.Detach(alone.Gradient) }; // A silo may have joined.
        long start = Stopwatch.GetTimestamp();
        StepExecution execution = new(
            group, average, _deadline, step,
            (participant, shards, apart) => RequestFor(participant, step, shards, apart) with { MeasureNorms = measureNorms });
        _execution = execution;
        await execution.RunAsync(cancellationToken);
        (_execution, _waiting) = (null, "the sum of the gradients");
        PhaseSpan wall = new(start, Stopwatch.GetTimestamp());
        double wallMs = wall.Milliseconds;
        long bytes = _exchangedBytes + execution.ExchangedBytes;
        StepReply[] replies = [.. execution.Chosen.Select(part => part.Reply!)];
        group.Settle(step, [.. execution.Chosen.Select(part => (part.Participant, part.Reply!.LayerHashes))]);
        foreach (StepPart part in execution.Chosen)
        {
            part.Participant.Note(step, part.Reply!);
            if (!part.Participant.IsLocal) bytes += part.LateBuckets.Sum(subtree => subtree.Values.LengthBytes);
        }

        Settle();
        PhaseSpans spans = StepPart.Spans(execution.Chosen, wall.End);
        start = Stopwatch.GetTimestamp();
        _borrowed = [.. execution.Chosen];
        ReducedGradient reduced = await ReduceAsync(step, execution);
        spans = spans with { Reduce = new PhaseSpan(start, Stopwatch.GetTimestamp()) };
        double reduceMs = spans.Reduce.Milliseconds;
        float[] norms = Array.Find(replies, reply => reply.Norms is not null)?.Norms ?? [];
        if (norms.Length > 0) await average.MeasureNormsAsync(reduced, norms);
        if (execution.Hedged is { } hedged) _hedged.Add(hedged);
        if (execution.WasDisturbed) group.Assign();
        else _deadline.Add(wallMs);

        var coverage = new CoverageProof();
        foreach (StepReply reply in replies) coverage.Merge(new CoverageProof(reply.CoverageCount, reply.CoverageSum));
        double busyMs = replies.Max(reply => reply.ComputeMs + reply.UpdateMs);
        double updateMs = _appliedMs + replies.Max(reply => reply.UpdateMs);
        _appliedMs = 0;
        var timing = new StepTiming(replies.Max(reply => reply.ComputeMs), double.Max(0, wallMs - busyMs), reduceMs, updateMs, bytes);
        _pending = new Pending(
            reduced, CoverageState.Of(coverage), new StepMeasures(time.GetUtcNow(), wallMs + reduceMs, timing, group.RetriedShards - retried, norms));
        return new StepOutcome(reduced.Totals, coverage, replies[0].LayerHashes, timing, norms, spans);
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

    private StepRequest RequestFor(Participant participant, long step, int[] shards, bool apart)
    {
        EpochMetrics[]? epochs = participant.KnownEpochs == _progress.Epochs.Count ? null : [.. _progress.Epochs];
        participant.KnownEpochs = _progress.Epochs.Count;
        return new StepRequest(
            group.Job, group.Fence, step, shards, MessageFor(participant), new ProgressMessage(_progress.Running, epochs), ++_attempts, apart);
    }

    private async Task<ReducedGradient> ReduceAsync(long step, StepExecution execution)
    {
        bool isExchanged = execution.WasDisturbed || group.IsExchanged;
        if (group.Drops != _knownDrops) average.LeaveSum(keepsBucket: execution.BucketIsReduced);
        _knownDrops = group.Drops;
        IEnumerable<SubtreeMessage> late = execution.Chosen.SelectMany(part => part.LateBuckets);
        if (execution.BucketIsReduced || !average.HasEarlyBucket || execution.Chosen.TrueForAll(part => part.Bucket is null))
            return await average.ReduceAsync(step, [.. late], isExchanged, execution.BucketIsReduced ? average.EarlyBucketStart : average.Length);

        // Some early buckets came by themselves, but not all of them: nobody has added them yet.
        await average.ReduceBucketAsync(step, [.. execution.Chosen.SelectMany(part => part.EarlyBuckets!)]);
        return await average.ReduceAsync(step, [.. late], isExchanged: true, average.EarlyBucketStart);
    }

    /// <summary>The update that a worker may lack, without what it has of it.</summary>
    private ReducedMessage? MessageFor(Participant participant)
    {
        if (_pending is not { } pending) return null;
        ReducedGradient gradient = pending.Gradient;
        bool hasBucket = !participant.IsLocal && participant.BucketStep == gradient.Step;
        GradientMessage values = hasBucket ? new GradientMessage(gradient.Values, 0, average.EarlyBucketStart) : new GradientMessage(gradient.Values);
        if (!participant.IsLocal) _exchangedBytes += values.LengthBytes;
        return new ReducedMessage(gradient.Step, gradient.Totals, pending.Coverage, pending.Measures, values);
    }

    private async Task ApplyPendingAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { Gradient.Step: var step }) return;
        ReplicaReply[] replies = await CallAsync(
            (participant, _, _) => participant.Worker.Apply(new ApplyRequest(group.Job, group.Fence, MessageFor(participant)!)), cancellationToken);
        for (int i = 0; i < replies.Length; i++)
        {
            if (replies[i].Step != step + 1)
                throw new InvalidOperationException($"step {step}: silo {group.Participants[i].Name} stands at step {replies[i].Step}");
        }

        group.Settle(step + 1, [.. replies.Select((reply, i) => (group.Participants[i], reply.LayerHashes))]);
        _appliedMs += replies.Max(reply => reply.UpdateMs);
        Settle();
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

    /// <summary>All workers have applied what was pending: its buffers go back to where they came from.</summary>
    private void Settle()
    {
        foreach (StepPart part in _borrowed) part.Release();
        _borrowed = [];
        _pending = null;
    }

    /// <summary>An update that workers may lack.</summary>
    private sealed record Pending(ReducedGradient Gradient, CoverageState Coverage, StepMeasures Measures);
}
