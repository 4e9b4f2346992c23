using System.Diagnostics;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Coordination;

/// <summary>Some shards of a step on one silo.</summary>
/// <param name="participant">The silo.</param>
/// <param name="shards">The shards, ascending.</param>
/// <param name="call">The call to it.</param>
/// <param name="answer">Its answer; null when nobody waits for it any longer.</param>
/// <param name="bucket">The early bucket, where it travels by itself.</param>
internal sealed class StepPart(Participant participant, int[] shards, Task<StepReply> call, Task<StepReply?> answer, Task<BucketReply?>? bucket)
{
    private SubtreeMessage[]? _lateBuckets, _earlyBuckets;

    /// <summary>The silo.</summary>
    public Participant Participant => participant;

    /// <summary>The shards, ascending.</summary>
    public int[] Shards => shards;

    /// <summary>The call itself, which may be answered when nobody waits for it any longer.</summary>
    public Task<StepReply> Call => call;

    /// <summary>Its answer; null when nobody waits for it any longer.</summary>
    public Task<StepReply?> Answer => answer;

    /// <summary>The early bucket, where it travels by itself; else null.</summary>
    public Task<BucketReply?>? Bucket => bucket;

    /// <summary>When it was sent, in <see cref="Stopwatch"/> ticks.</summary>
    public long SentAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>The answer that has come, or null.</summary>
    public StepReply? Reply => answer.IsCompletedSuccessfully ? answer.Result : null;

    /// <summary>Milliseconds since it was sent.</summary>
    public double ElapsedMs => Stopwatch.GetElapsedTime(SentAt).TotalMilliseconds;

    /// <summary>The gradients below the early bucket, or all of them where nothing travels by itself.</summary>
    public SubtreeMessage[] LateBuckets => _lateBuckets ?? Reply!.Subtrees;

    /// <summary>The early buckets; null if they have not come.</summary>
    public SubtreeMessage[]? EarlyBuckets => _earlyBuckets ?? (bucket is null ? LateBuckets : bucket.IsCompletedSuccessfully ? bucket.Result?.Subtrees : null);

    /// <summary>When the phases of the slowest silo were, which holds up the step: it applies what was pending, then computes, and its answer travels. A
    /// silo's clock is its own, so the way of the call to it counts as a part of the exchange, at the end.</summary>
    /// <param name="parts">The parts that make up the step.</param>
    /// <param name="answered">When all had answered.</param>
    /// <returns>All but the reduction.</returns>
    public static PhaseSpans Spans(List<StepPart> parts, long answered)
    {
        StepPart slowest = parts.MaxBy(part => part.Reply!.ComputeMs + part.Reply.UpdateMs)!;
        long updated = slowest.SentAt + Ticks(slowest.Reply!.UpdateMs), computed = updated + Ticks(slowest.Reply.ComputeMs);
        return new PhaseSpans(
            Compute: new PhaseSpan(updated, computed),
            Exchange: new PhaseSpan(computed, long.Max(computed, answered)),
            Reduce: default,
            Update: new PhaseSpan(slowest.SentAt, updated));
    }

    /// <summary>Copies what stands in the silo's own buffers, which the silo is about to use again: only within the coordinator's process.</summary>
    public void Detach()
    {
        if (!participant.IsLocal || _lateBuckets is not null) return;
        SubtreeMessage[] late = LateBuckets;
        SubtreeMessage[]? early = EarlyBuckets;
        FloatBuffer[] copies = [.. late.Select(part => part.Values.Values.Clone())]; // Of all parameters: both buckets of a subtree are in one buffer.
        _lateBuckets = [.. late.Select((part, i) => part with { Values = new GradientMessage(copies[i], part.Values.First, part.Values.Length) })];
        if (early is not null && bucket is not null)
            _earlyBuckets = [.. early.Select((part, i) => part with { Values = new GradientMessage(copies[i], part.Values.First, part.Values.Length) })];
    }

    /// <summary>The values are not needed any longer; what has not come yet is let go of when it comes.</summary>
    public void Release()
    {
        LetGoAsync(answer, static reply => reply.Subtrees).Ignore();
        if (bucket is not null) LetGoAsync(bucket, static reply => reply.Subtrees).Ignore();

        static async Task LetGoAsync<T>(Task<T?> coming, Func<T, SubtreeMessage[]> subtrees)
            where T : class
        {
            if (await coming is { } reply) Release(subtrees(reply));
        }
    }

    private static long Ticks(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);

    private static void Release(SubtreeMessage[] subtrees)
    {
        foreach (SubtreeMessage subtree in subtrees) subtree.Values.Release();
    }
}
