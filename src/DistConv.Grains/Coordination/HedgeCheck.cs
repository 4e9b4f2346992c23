using DistConv.Grains.Contracts;
using DistConv.Training.Shards;

namespace DistConv.Grains.Coordination;

/// <summary>What became of a comparison of two silos that computed the same shards.</summary>
/// <param name="Difference">One line on what differs; null: nothing that was compared.</param>
/// <param name="NotCompared">One line on why there was nothing to compare; null: all was compared.</param>
internal readonly record struct HedgeOutcome(string? Difference, string? NotCompared);

/// <summary>Two silos computed the same shards: their losses and counts must have the same bits. Their gradients are compared by whoever adds them
/// (<see cref="Exchange.StepExchange.TakeDifference"/>).</summary>
internal static class HedgeCheck
{
    /// <summary>Compares the second answer when it comes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The part that has come.</param>
    /// <param name="second">The part of the same shards on the other silo.</param>
    /// <returns>What was found; what else goes wrong fails the task.</returns>
    public static async Task<HedgeOutcome> CompareAsync(long step, StepPart first, StepPart second)
    {
        string shards = ShardRanges.Format(second.Shards);
        await ((Task)second.Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!second.Call.IsCompletedSuccessfully)
            return NotCompared(second.Call.Exception?.InnerException?.Message.ReplaceLineEndings(" ") ?? "the call was cancelled");
        StepReply reply = await second.Call;
        if (reply.Behind is { } there) return NotCompared($"its replica stands at step {there}");
        if (reply.Subtrees.SequenceEqual(first.Reply!.Subtrees)) return default;
        return new HedgeOutcome(
            $"step {step}: silos {first.Participant.Name} and {second.Participant.Name} computed different losses for shards {shards}: memory or "
            + "processor of one of them is broken; the newest snapshot is from before",
            null);

        HedgeOutcome NotCompared(string reason) =>
            new(null, $"step {step}: silo {second.Participant.Name} did not answer for shards {shards} ({reason}); nothing was compared");
    }
}
