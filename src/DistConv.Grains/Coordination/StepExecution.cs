using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;

namespace DistConv.Grains.Coordination;

/// <summary>
/// One step over the group: every silo computes its shards, and idle silos compute the shards of a silo that is lost or late. Meanwhile the early buckets of
/// the gradients are exchanged, if all of them come.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="average">Adds the early buckets.</param>
/// <param name="deadline">When a silo is late.</param>
/// <param name="step">The step.</param>
/// <param name="request">Makes the call of a silo for some shards; with the early bucket apart or not.</param>
internal sealed partial class StepExecution(
    WorkerGroup group, GradientAverage average, StepDeadline deadline, long step, Func<Participant, int[], bool, StepRequest> request)
{
    private readonly List<StepPart> _parts = [];
    private readonly TaskCompletionSource _bucketsGivenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<bool> _exchange = Task.FromResult(false);
    private StepPart? _slow, _hedge;
    private bool _mayHedge = true;

    /// <summary>The parts that make up the step, when it has been computed.</summary>
    public List<StepPart> Chosen { get; } = [];

    /// <summary>Whether the reduced early bucket is there, and with the silos that keep it.</summary>
    public bool BucketIsReduced { get; private set; }

    /// <summary>Whether a silo was lost, late or hedged: buffers of a silo may have been used twice.</summary>
    public bool WasDisturbed { get; private set; }

    /// <summary>Bytes of the early buckets that left a process.</summary>
    public long ExchangedBytes { get; private set; }

    /// <summary>Two silos computed the same shards: whether they agree, when both have answered. Null otherwise.</summary>
    public Task<HedgeOutcome>? Hedged { get; private set; }

    /// <summary>What has not come yet, for people; looked at from beside when it does not come for long.</summary>
    public string Waiting
    {
        get
        {
            IEnumerable<string> parts = _parts.ToArray().Where(part => !part.Answer.IsCompleted || part.Bucket is { IsCompleted: false }).Select(part =>
                $"silo {part.Participant.Name} (shards {ShardRanges.Format(part.Shards)}{(part.Answer.IsCompleted ? ", only the early bucket" : "")}"
                + $"{(part == _slow ? ", slow" : part == _hedge ? ", hedge" : "")}, for {part.ElapsedMs / 1000:F0} s)");
            return string.Join(", ", _exchange.IsCompleted ? parts : parts.Append("the exchange of the early buckets"));
        }
    }

    /// <summary>Has the step computed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When every shard is there.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        bool apart = average.HasEarlyBucket && group.IsExchanged;
        foreach (Participant participant in group.Participants) Send(participant, participant.Shards, apart);
        if (apart) _exchange = ExchangeBucketsAsync([.. _parts], cancellationToken);
        try
        {
            // Nearly always all answer, in time: nothing else is looked at until then.
            await Task.WhenAll(_parts.Select(part => part.Answer)).EndsWithinAsync(deadline.Patience, TimeProvider.System, cancellationToken);
            while (true)
            {
                // Noted before anything is looked at: what ends meanwhile ends the wait at once.
                List<Task> pending = Pending();
                Choose(needsBuckets: false);
                if (IsComplete() && (_exchange.IsCompleted || _parts.TrueForAll(part => part.Bucket is null or { IsCompleted: true })))
                {
                    BucketIsReduced = await _exchange;
                    Choose(needsBuckets: !BucketIsReduced);
                    if (IsComplete()) break;
                }

                DropLost();
                SendMissing(needsBuckets: _exchange.IsCompleted && !await _exchange);
                await ChangeAsync([.. pending.Union(Pending())], cancellationToken);
            }
        }
        finally
        {
            // Whatever becomes of the step: nobody adds any more when the next one computes, or when the replicas are freed.
            _bucketsGivenUp.TrySetResult();
            await ((Task)_exchange).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            foreach (StepPart part in _parts.Where(part => !Chosen.Contains(part) && part != _slow && part != _hedge)) part.Release();
        }

        if (_hedge is not null) await CompareHedgeAsync(cancellationToken);
    }

    /// <summary>Takes the first whole answer for each shard.</summary>
    private void Choose(bool needsBuckets)
    {
        Chosen.Clear();
        HashSet<int> covered = [];
        foreach (StepPart part in _parts)
        {
            if (part.Reply is not { Behind: null } || (needsBuckets && part.EarlyBuckets is null) || covered.Overlaps(part.Shards)) continue;
            Chosen.Add(part);
            covered.UnionWith(part.Shards);
        }
    }

    private bool IsComplete() => Chosen.Sum(part => part.Shards.Length) == group.Spec.Shards;

    /// <summary>Who will not answer takes part no longer.</summary>
    private void DropLost()
    {
        foreach (StepPart part in _parts.Where(part => part.Answer.IsCompleted).ToList())
        {
            if (part.Answer.IsFaulted)
            {
                if (part.Participant.IsLocal || part.Answer.Exception.InnerException is not InvalidOperationException e) part.Answer.GetAwaiter().GetResult();
                else Drop(part.Participant, $"cannot compute ({e.Message})");
            }
            else if (part.Reply is null)
            {
                Drop(part.Participant, "was lost");
            }
            else if (part.Reply.Behind is { } there)
            {
                if (part.Participant.IsLocal) throw new InvalidOperationException($"step {step}: silo {part.Participant.Name} stands at step {there}");
                Drop(part.Participant, $"stands at step {there}");
            }
        }
    }

    private void Drop(Participant participant, string reason)
    {
        WasDisturbed = true;
        group.Drop(participant, reason);
    }

    private void DropLate(Participant participant, string reason)
    {
        Telemetry.Stragglers.Add(1);
        Drop(participant, reason);
    }

    /// <summary>Has the shards that nobody computes computed by those that are idle. What they have computed before is kept.</summary>
    private void SendMissing(bool needsBuckets)
    {
        HashSet<int> covered = [.. _parts.Where(part => IsHopeful(part, needsBuckets)).SelectMany(part => part.Shards)];
        int[] missing = [.. Enumerable.Range(0, group.Spec.Shards).Where(shard => !covered.Contains(shard))];
        if (missing.Length == 0) return;
        group.EnsureNotEmpty();
        Participant[] idle = [.. group.Participants.Where(IsIdle)];
        if (idle.Length == 0) return; // Somebody will be.
        WasDisturbed = true;
        group.RetriedShards += missing.Length;
        int[][] blocks = ShardAssignment.Blocks(missing.Length, idle.Length);
        for (int i = 0; i < idle.Length; i++)
        {
            if (blocks[i].Length == 0) continue;
            StepPart again = SendAgain(idle[i], [.. blocks[i].Select(index => missing[index])]);
            group.Record(JobEventKind.Retry, $"step {step}: silo {idle[i].Name} computes shards {ShardRanges.Format(again.Shards)} again");
        }
    }

    private bool IsHopeful(StepPart part, bool needsBuckets)
    {
        if (part.Reply is { Behind: null }) return !needsBuckets || part.EarlyBuckets is not null;
        bool waits = !part.Answer.IsCompleted && group.Participants.Contains(part.Participant);
        return waits && !(needsBuckets && part.Bucket is { IsCompleted: true } && part.EarlyBuckets is null);
    }

    /// <summary>It has answered everything, and the answers have left it.</summary>
    private bool IsIdle(Participant participant) =>
        _parts.TrueForAll(part => part.Participant != participant || (part.Answer.IsCompleted && part.Bucket is null or { IsCompleted: true }));

    private StepPart SendAgain(Participant participant, int[] shards)
    {
        foreach (StepPart part in _parts.Where(part => part.Participant == participant && part.Reply is not null)) part.Detach();
        return Send(participant, shards, apart: false);
    }

    private StepPart Send(Participant participant, int[] shards, bool apart)
    {
        StepRequest call = request(participant, shards, apart);
        Task<BucketReply?>? bucket = apart ? ReadBucketAsync(participant, call.Attempt) : null;
        Task<StepReply> answer = participant.Worker.RunStep(call);
        StepPart part = new(participant, shards, answer, group.AskAsync(participant, answer), bucket);
        _parts.Add(part);
        return part;
    }

    /// <summary>Whoever has not answered, with gradients or with an early bucket, and the exchange of the early buckets.</summary>
    private List<Task> Pending() =>
        [.. _parts.SelectMany(part => (Task?[])[part.Answer, part.Bucket]).Append(_exchange).OfType<Task>().Where(task => !task.IsCompleted)];

    /// <summary>Waits until somebody has answered or is lost, or until the next silo would be late.</summary>
    private async Task ChangeAsync(IReadOnlyList<Task> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0 || changes.Any(change => change.IsCompleted)) return;
        StepPart[] waiting = [.. _parts.Where(part => !part.Answer.IsCompleted && group.Participants.Contains(part.Participant))];
        if (waiting.Length == 0)
        {
            await WaitForBucketsAsync(changes, cancellationToken);
            return;
        }

        double fastest = _parts.Select(part => part.Reply).OfType<StepReply>()
            .Select(reply => reply.ComputeMs + reply.UpdateMs).DefaultIfEmpty(double.PositiveInfinity).Min();
        StepPart[] remote = [.. waiting.Where(part => !part.Participant.IsLocal && (part != _slow || !waiting.Contains(_hedge)))];
        double untilLate = remote.Length == 0 || !double.IsFinite(fastest) ? double.PositiveInfinity
            : remote.Min(part => LateAfter(part, fastest) - part.ElapsedMs);
        double untilHedge = _mayHedge && remote.Length == 1 && waiting.Length == 1
            ? deadline.HedgeAfterMs(fastest) - remote[0].ElapsedMs
            : double.PositiveInfinity;
        double pause = double.Min(untilLate, untilHedge);
        if (pause > 0)
        {
            TimeSpan limit = double.IsFinite(pause) ? TimeSpan.FromMilliseconds(double.Ceiling(pause)) : Timeout.InfiniteTimeSpan;
            await Task.WhenAny(changes).EndsWithinAsync(limit, TimeProvider.System, cancellationToken);
            return;
        }

        foreach (StepPart late in remote.Where(part => LateAfter(part, fastest) <= part.ElapsedMs))
            DropLate(late.Participant, $"does not answer for {late.ElapsedMs / 1000:F1} s");
        if (untilHedge <= 0 && untilLate > 0) Hedge(remote[0]);
    }

    private double LateAfter(StepPart part, double fastestMs) => deadline.LateAfterMs(!part.Participant.HasComputed, fastestMs);
}
