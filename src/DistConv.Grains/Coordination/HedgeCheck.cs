using System.Runtime.InteropServices;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Training.Shards;

namespace DistConv.Grains.Coordination;

/// <summary>Two silos computed the same shards: their gradients must have the same bits. The first answer is used; this keeps a copy of it until the second has come.</summary>
internal sealed class HedgeCheck
{
    private readonly long _step;
    private readonly StepPart _first, _second;
    private readonly (int FirstShard, FloatBuffer Values)[] _kept;
    private readonly int _length;

    private HedgeCheck(long step, StepPart first, StepPart second)
    {
        (_step, _first, _second) = (step, first, second);
        // Only what both have by themselves: below the early bucket, if one of them sent it apart.
        _length = first.LateBuckets.Min(late => late.Values.Length);
        _kept = [.. first.LateBuckets.Select(late => (late.FirstShard, Copy(late.Values)))];
    }

    /// <summary>Compares the second answer when it comes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The part that has come, before anything is added to it.</param>
    /// <param name="second">The part of the same shards on the other silo.</param>
    /// <returns>Null, or one line on what differs; a second answer that never comes says nothing.</returns>
    public static Task<string?> CompareAsync(long step, StepPart first, StepPart second) => new HedgeCheck(step, first, second).RunAsync();

    private async Task<string?> RunAsync()
    {
        try
        {
            StepReply reply = await _second.Call;
            return reply.Behind is null ? Difference(reply) : null;
        }
#pragma warning disable CA1031 // The silo may have ended, or the cluster have given it up: there is nothing to compare.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
        finally
        {
            foreach ((_, FloatBuffer values) in _kept) values.Dispose();
        }
    }

    private string? Difference(StepReply reply)
    {
        bool differs = false;
        foreach (SubtreeMessage subtree in reply.Subtrees)
        {
            (_, FloatBuffer kept) = _kept.First(entry => entry.FirstShard == subtree.FirstShard);
            int length = int.Min(_length, subtree.Values.Length);
            differs |= !MemoryMarshal.AsBytes(kept.Span[..length]).SequenceEqual(MemoryMarshal.AsBytes(subtree.Values.Span[..length]));
            subtree.Values.Release();
        }

        if (!differs) return null;
        return $"step {_step}: silos {_first.Participant.Name} and {_second.Participant.Name} computed different gradients for shards "
            + $"{ShardRanges.Format(_first.Shards)}: memory or processor of one of them is broken; the newest snapshot is from before";
    }

    private static FloatBuffer Copy(GradientMessage message)
    {
        FloatBuffer copy = new(message.Length);
        message.Span.CopyTo(copy.Span);
        return copy;
    }
}
