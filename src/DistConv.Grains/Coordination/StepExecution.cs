using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;

namespace DistConv.Grains.Coordination;

/// <summary>
/// One step over the group: every silo computes its shards, and idle silos compute the shards of a silo that is lost or late. The silos exchange the gradients
/// among themselves; the step is done when every shard is computed and one silo, the holder, has the whole sum.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="deadline">When a silo is late.</param>
/// <param name="step">The step.</param>
/// <param name="measureNorms">Whether to measure the gradient's norms.</param>
/// <param name="request">Makes the call of a silo for some shards.</param>
internal sealed partial class StepExecution(
    WorkerGroup group, StepDeadline deadline, long step, bool measureNorms, Func<Participant, int[], StepRequest> request)
{
    private readonly List<StepPart> _parts = [];
    private Task<SumReply?>? _sum;
    private StepPart? _slow, _hedge;
    private bool _mayHedge = true;
    private int _knownDrops;

    /// <summary>The parts that make up the step, when it has been computed.</summary>
    public List<StepPart> Chosen { get; } = [];

    /// <summary>What the holder says about the sum, when the step has been computed.</summary>
    public SumReply Sum { get; private set; } = null!;

    /// <summary>The silo that has the whole sum.</summary>
    public Participant Holder { get; private set; } = null!;

    /// <summary>Whether a silo was lost, late or hedged.</summary>
    public bool WasDisturbed { get; private set; }

    /// <summary>Two silos computed the same shards: whether they agree, when both have answered. Null otherwise.</summary>
    public Task<HedgeOutcome>? Hedged { get; private set; }

    /// <summary>What has not come yet, for people; looked at from beside when it does not come for long.</summary>
    public string Waiting
    {
        get
        {
            string[] parts =
            [
                .. _parts.ToArray().Where(part => !part.Answer.IsCompleted).Select(part =>
                    $"silo {part.Participant.Name} (shards {ShardRanges.Format(part.Shards)}{(part == _slow ? ", slow" : part == _hedge ? ", hedge" : "")}"
                    + $", for {part.ElapsedMs / 1000:F0} s)"),
            ];
            return parts.Length > 0 ? string.Join(", ", parts) : "the exchange of the gradients";
        }
    }

    /// <summary>Has the step computed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When every shard is computed, and the sum is there.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _knownDrops = group.Drops;
        foreach (Participant participant in group.Participants) Send(participant, participant.Shards);

        // Nearly always all answer, in time: nothing else is looked at until then.
        await Task.WhenAll(_parts.Select(part => part.Answer)).EndsWithinAsync(deadline.Patience, TimeProvider.System, cancellationToken);
        while (true)
        {
            // Noted before anything is looked at: what ends meanwhile ends the wait at once.
            List<Task> pending = Pending();
            Choose();
            if (IsComplete() && await HasSumAsync()) break;
            DropLost();
            SendMissing();
            await ChangeAsync([.. pending.Union(Pending())], cancellationToken);
        }

        if (_hedge is not null) await CompareHedgeAsync(cancellationToken);
    }

    /// <summary>Takes the first whole answer for each shard, also of a silo that was lost since: bits are bits.</summary>
    private void Choose()
    {
        Chosen.Clear();
        HashSet<int> covered = [];
        foreach (StepPart part in _parts)
        {
            if (part.Reply is not { Behind: null } || part.Shards.Length == 0 || covered.Overlaps(part.Shards)) continue;
            Chosen.Add(part);
            covered.UnionWith(part.Shards);
        }
    }

    private bool IsComplete() => Chosen.Sum(part => part.Shards.Length) == group.Spec.Shards;

    /// <summary>Asks the coordinator's own silo, or the first, for the sum; another one when that is lost.</summary>
    private async Task<bool> HasSumAsync()
    {
        if (_sum is null)
        {
            if (group.Participants.Count == 0) return false;
            Participant holder = group.Participants[0];
            if (!_parts.Exists(part => part.Participant == holder && part.Reply is { Behind: null })) return false; // It does not know of the step yet.
            Holder = holder;
            _sum = group.AskAsync(holder, holder.Worker.AwaitSum(new SumRequest(group.Job, group.Fence, step, measureNorms)));
        }

        if (!_sum.IsCompleted) return false;
        if (await _sum is { } sum)
        {
            Sum = sum;
            return true;
        }

        _sum = null;
        return false;
    }

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
            else if (part.Reply is null || group.WhenLost(part.Participant).IsCompleted)
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

    /// <summary>Reassigns missing shards to idle silos; what they have computed before is kept. When a silo was dropped, all send what they have to the owners
    /// under the new plan.</summary>
    private void SendMissing()
    {
        bool isReplanned = group.Drops != _knownDrops;
        if (!isReplanned && IsComplete()) return;
        HashSet<int> covered = [.. _parts.Where(IsHopeful).SelectMany(part => part.Shards)];
        int[] missing = [.. Enumerable.Range(0, group.Spec.Shards).Where(shard => !covered.Contains(shard))];
        if (missing.Length == 0 && !isReplanned) return;
        group.EnsureNotEmpty();
        Participant[] idle = [.. group.Participants.Where(IsIdle)];
        if (missing.Length > 0 && idle.Length == 0) return; // Somebody will be.
        WasDisturbed = true;
        _knownDrops = group.Drops;
        if (isReplanned) _sum = null;
        group.RetriedShards += missing.Length;
        int[][] blocks = missing.Length == 0 ? [] : ShardAssignment.Blocks(missing.Length, idle.Length);
        foreach (Participant participant in group.Participants.ToList())
        {
            int place = Array.IndexOf(idle, participant);
            int[] shards = place < 0 || place >= blocks.Length ? [] : [.. blocks[place].Select(index => missing[index])];
            if (shards.Length == 0 && !isReplanned) continue;
            Send(participant, shards);
            if (shards.Length == 0) continue;
            group.Record(JobEventKind.Retry, $"step {step}: silo {participant.Name} computes shards {ShardRanges.Format(shards)} again");
        }
    }

    private bool IsHopeful(StepPart part) =>
        group.Participants.Contains(part.Participant) && (part.Reply is { Behind: null } || !part.Answer.IsCompleted);

    /// <summary>It has answered everything.</summary>
    private bool IsIdle(Participant participant) => _parts.TrueForAll(part => part.Participant != participant || part.Answer.IsCompleted);

    private StepPart Send(Participant participant, int[] shards)
    {
        Task<StepReply> answer = participant.Worker.RunStep(request(participant, shards));
        StepPart part = new(participant, shards, answer, group.AskAsync(participant, answer));
        _parts.Add(part);
        return part;
    }

    /// <summary>Whoever has not answered, the sum, and the end of whoever may still have to send.</summary>
    private List<Task> Pending() =>
    [
        .. _parts.Select(part => (Task)part.Answer).Concat(group.Participants.Select(group.WhenLost)).Append(_sum ?? Task.CompletedTask)
            .Where(task => !task.IsCompleted),
    ];

    /// <summary>Waits until somebody has answered or is lost, or until the next silo would be late.</summary>
    private async Task ChangeAsync(IReadOnlyList<Task> changes, CancellationToken cancellationToken)
    {
        if (_sum is { IsCompleted: true }) return; // It came since it was asked for, so it is not among the changes.
        if (changes.Count == 0 || changes.Any(change => change.IsCompleted)) return;
        StepPart[] waiting = [.. _parts.Where(part => !part.Answer.IsCompleted && group.Participants.Contains(part.Participant))];
        if (waiting.Length == 0)
        {
            if (!await Task.WhenAny(changes).EndsWithinAsync(deadline.Patience, TimeProvider.System, cancellationToken)) await DropUndeliveredAsync();
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
