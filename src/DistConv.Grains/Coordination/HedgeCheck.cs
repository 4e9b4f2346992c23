using System.Runtime.InteropServices;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Training.Shards;

namespace DistConv.Grains.Coordination;

/// <summary>What became of a comparison of two silos' gradients.</summary>
/// <param name="Difference">One line on what differs; null: nothing that was compared.</param>
/// <param name="NotCompared">One line on why there was nothing to compare; null: all was compared.</param>
internal readonly record struct HedgeOutcome(string? Difference, string? NotCompared);

/// <summary>Two silos computed the same shards: their gradients must have the same bits. The first answer is used; this keeps a copy of it until the second
/// has come.</summary>
internal sealed class HedgeCheck
{
    private readonly long _step;
    private readonly StepPart _first, _second;
    private readonly (SubtreeMessage Subtree, FloatBuffer Values)[] _kept;

    private HedgeCheck(long step, StepPart first, StepPart second)
    {
        (_step, _first, _second) = (step, first, second);
        _kept = [.. first.LateBuckets.Select(late => (late, Copy(late.Values)))];
    }

    /// <summary>Compares the second answer when it comes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The part that has come, before anything is added to it.</param>
    /// <param name="second">The part of the same shards on the other silo.</param>
    /// <returns>What was found; what else goes wrong fails the task.</returns>
    public static Task<HedgeOutcome> CompareAsync(long step, StepPart first, StepPart second) => new HedgeCheck(step, first, second).RunAsync();

    private async Task<HedgeOutcome> RunAsync()
    {
        try
        {
            await ((Task)_second.Call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (!_second.Call.IsCompletedSuccessfully)
                return NotCompared(_second.Call.Exception?.InnerException?.Message.ReplaceLineEndings(" ") ?? "the call was cancelled");
            StepReply reply = await _second.Call;
            return reply.Behind is { } there ? NotCompared($"its replica stands at step {there}") : Compare(reply);
        }
        finally
        {
            foreach ((_, FloatBuffer values) in _kept) values.Dispose();
        }
    }

    private HedgeOutcome NotCompared(string reason) => new(
        null, $"step {_step}: silo {_second.Participant.Name} did not answer for shards {ShardRanges.Format(_second.Shards)} ({reason}); nothing was compared");

    private HedgeOutcome Compare(StepReply reply)
    {
        try
        {
            bool isSame = reply.Subtrees.Length == _kept.Length;
            for (int i = 0; i < _kept.Length && isSame; i++) isSame = IsSame(_kept[i].Subtree, _kept[i].Values, reply.Subtrees[i]);
            if (isSame) return default;
            string difference = $"step {_step}: silos {_first.Participant.Name} and {_second.Participant.Name} computed different gradients for shards "
                + $"{ShardRanges.Format(_first.Shards)}: memory or processor of one of them is broken; the newest snapshot is from before";
            return new HedgeOutcome(difference, null);
        }
        finally
        {
            foreach (SubtreeMessage subtree in reply.Subtrees) subtree.Values.Release();
        }
    }

    /// <summary>Only what both have by themselves is compared: the late bucket, if one of them sent the early one apart. A length that is neither is a
    /// difference.</summary>
    private bool IsSame(SubtreeMessage subtree, FloatBuffer kept, SubtreeMessage other)
    {
        bool isSameKind = (_first.Bucket is null) == (_second.Bucket is null);
        bool isSameLength = isSameKind ? kept.Length == other.Values.Length
            : _first.Bucket is null ? kept.Length > other.Values.Length : kept.Length < other.Values.Length;
        if (!isSameLength || other.Values.First != 0 || other.Values.Length == 0) return false;
        if ((subtree.FirstShard, subtree.EndShard, subtree.Totals) != (other.FirstShard, other.EndShard, other.Totals)) return false;
        int length = int.Min((int)kept.Length, other.Values.Length);
        return MemoryMarshal.AsBytes(kept.Span[..length]).SequenceEqual(MemoryMarshal.AsBytes(other.Values.Span[..length]));
    }

    private static FloatBuffer Copy(GradientMessage message)
    {
        FloatBuffer copy = new(message.Length);
        message.Span.CopyTo(copy.Span);
        return copy;
    }
}
