using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;

namespace DistConv.Grains.Coordination;

/// <content>What an idle silo computes for a slow one.</content>
internal sealed partial class StepExecution
{
    private void Hedge(StepPart slow)
    {
        _mayHedge = false;
        if (group.Participants.FirstOrDefault(participant => participant != slow.Participant && IsIdle(participant)) is not { } idle) return;
        WasDisturbed = true;
        (_slow, _hedge) = (slow, Send(idle, slow.Shards));
        group.RetriedShards += slow.Shards.Length;
        Telemetry.Stragglers.Add(1);
        Telemetry.Hedges.Add(slow.Shards.Length);
        string shards = ShardRanges.Format(slow.Shards);
        group.Notice(
            JobEventKind.Hedge, $"step {step}: waiting for shards {shards} on silo {slow.Participant.Name}; silo {idle.Name} computes them, too");
    }

    /// <summary>The slower of the two must not get another step as long as it computes this one: its gradients
    /// stand in memory that it would use again.</summary>
    private async Task CompareHedgeAsync(CancellationToken cancellationToken)
    {
        if (Chosen.Contains(_slow!))
        {
            Hedged = HedgeCheck.CompareAsync(step, _slow!, _hedge!);
            if (await _hedge!.Answer.WaitAsync(cancellationToken) is null) group.Drop(_hedge.Participant, "was lost");
            return;
        }

        if (!Chosen.Contains(_hedge!)) return; // Both are lost: others have computed these shards.
        Hedged = HedgeCheck.CompareAsync(step, _hedge!, _slow!);
        group.Drop(_slow!.Participant, "is slow");
    }
}
