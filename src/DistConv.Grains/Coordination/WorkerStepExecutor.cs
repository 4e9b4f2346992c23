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
/// averaging. An update is pending until the next step carries it, or until an evaluation or a snapshot needs it. A call that loses a silo is made again on
/// the others, which gives the same bits.
/// </summary>
/// <param name="team">The workers.</param>
/// <param name="average">Adds what they computed.</param>
internal sealed class WorkerStepExecutor(WorkerTeam team, GradientAverage average) : IStepExecutor
{
    private ReducedMessage? _pending;
    private SubtreeMessage[] _borrowed = [];
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
        StepReply[] replies = await CallAsync(
            participant => participant.Worker.RunStep(new StepRequest(team.Job, team.Fence, step, participant.Shards, _pending)), cancellationToken);
        double wallMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        EnsureComputed(replies, step);
        long bytes = ExchangedBytes(replies);
        Settle();

        start = Stopwatch.GetTimestamp();
        _borrowed = [.. replies.SelectMany(reply => reply.Subtrees)];
        bool isExchanged = team.Participants.Any(participant => !participant.IsLocal);
        ReducedGradient reduced = await average.ReduceAsync(step, [.. _borrowed.Select(ToSum)], isExchanged);
        _pending = new ReducedMessage(step, reduced.Totals, new GradientMessage(reduced.Values));
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
        return await team.Participants[0].Worker.Evaluate(Question()).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Snapshot> CaptureAsync(
        RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        (await CaptureAsync(cancellationToken)).ToSnapshot(team.Spec, running, epochs, createdAt);

    private static GradientSum ToSum(SubtreeMessage message) =>
        new(new ShardNode(message.FirstShard, message.EndShard), message.Values.Values) { Totals = message.Totals };

    private async Task AdmitAsync(CancellationToken cancellationToken) => await team.AdmitAsync(await CaptureAsync(cancellationToken), cancellationToken);

    private async Task<StateMessage> CaptureAsync(CancellationToken cancellationToken)
    {
        await ApplyPendingAsync(cancellationToken);
        return await team.Participants[0].Worker.Capture(Question()).WaitAsync(cancellationToken);
    }

    private async Task ApplyPendingAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { } pending) return;
        var request = new ApplyRequest(team.Job, team.Fence, pending);
        ApplyReply[] replies = await CallAsync(participant => participant.Worker.Apply(request), cancellationToken);
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

    private long ExchangedBytes(StepReply[] replies)
    {
        long bytes = 0;
        for (int i = 0; i < replies.Length; i++)
        {
            if (team.Participants[i].IsLocal) continue;
            bytes += (_pending?.Values.LengthBytes ?? 0) + replies[i].Subtrees.Sum(subtree => subtree.Values.LengthBytes);
        }

        return bytes;
    }

    private ReplicaRequest Question() => new(team.Job, team.Fence, team.Step);
}
