using System.Diagnostics;
using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Coordination;

/// <summary>Some shards of a step on one silo.</summary>
/// <param name="participant">The silo.</param>
/// <param name="shards">The shards, ascending; none: the silo was only told a new plan.</param>
/// <param name="call">The call to it.</param>
/// <param name="answer">Its answer; null when nobody waits for it any longer.</param>
internal sealed class StepPart(Participant participant, int[] shards, Task<StepReply> call, Task<StepReply?> answer)
{
    /// <summary>The silo.</summary>
    public Participant Participant => participant;

    /// <summary>The shards, ascending.</summary>
    public int[] Shards => shards;

    /// <summary>The call itself, which may be answered when nobody waits for it any longer.</summary>
    public Task<StepReply> Call => call;

    /// <summary>Its answer; null when nobody waits for it any longer.</summary>
    public Task<StepReply?> Answer => answer;

    /// <summary>When it was sent, in <see cref="Stopwatch"/> ticks.</summary>
    public long SentAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>The answer that has come, or null.</summary>
    public StepReply? Reply => answer.IsCompletedSuccessfully ? answer.Result : null;

    /// <summary>Milliseconds since it was sent.</summary>
    public double ElapsedMs => Stopwatch.GetElapsedTime(SentAt).TotalMilliseconds;

    /// <summary>When the phases of the slowest silo were, which holds up the step: it applies what was pending, then computes, and its gradients travel. A
    /// silo's clock is its own, so the way of the call to it counts as a part of the exchange, at the end.</summary>
    /// <param name="parts">The parts that make up the step.</param>
    /// <param name="end">When the sum was there.</param>
    /// <param name="reduceMs">Milliseconds of the addition, at the end.</param>
    /// <returns>The phases.</returns>
    public static PhaseSpans Spans(List<StepPart> parts, long end, double reduceMs)
    {
        StepPart slowest = parts.MaxBy(part => part.Reply!.ComputeMs + part.Reply.UpdateMs)!;
        long updated = slowest.SentAt + Ticks(slowest.Reply!.UpdateMs), computed = updated + Ticks(slowest.Reply.ComputeMs);
        long added = long.Max(computed, end - Ticks(reduceMs));
        return new PhaseSpans(
            Compute: new PhaseSpan(updated, computed),
            Exchange: new PhaseSpan(computed, added),
            Reduce: new PhaseSpan(added, long.Max(added, end)),
            Update: new PhaseSpan(slowest.SentAt, updated));
    }

    private static long Ticks(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);
}
