using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <content>What is there of a step, and what lacks.</content>
internal sealed partial class StepExchange
{
    /// <summary>What of a step's sum is not there.</summary>
    /// <param name="step">The step at which the replica stands.</param>
    /// <param name="longest">The most floats of a range.</param>
    /// <returns>First float and number of floats of each range.</returns>
    public IReadOnlyList<(int First, int Length)> Missing(long step, int longest)
    {
        lock (_lock) return Open(step)?.Missing(longest) ?? [];
    }

    /// <summary>Takes a range of a step's sum that was fetched from a silo that has it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">A range that was missing.</param>
    /// <param name="values">Its floats.</param>
    public void Supply(long step, int first, ReadOnlySpan<float> values)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot || !slot.IsRange(first, values.Length) || slot.IsDone(first, values.Length)) return;
            values.CopyTo(slot.Sum.Span[first..]);
            slot.Done(first, values.Length);
        }
    }

    /// <summary>A range of a step's sum, for a silo that lacks it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The first float.</param>
    /// <param name="count">How many.</param>
    /// <returns>Null if it is not there, or no longer.</returns>
    public GradientMessage? Read(long step, int first, int count)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot || !slot.IsRange(first, count) || !slot.IsDone(first, count)) return null;
            FloatBuffer copy = new(count); // The slot may be used again before it is sent.
            slot.Sum.Span.Slice(first, count).CopyTo(copy.Span);
            return GradientMessage.Chunk(copy, 0, count);
        }
    }

    /// <summary>What this silo waits for.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Nothing, if the sum is whole.</returns>
    public MissingReply Waits(long step)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot || _plan is not { } plan) return new MissingReply([], []);
            HashSet<int> owners = [], shards = [];
            foreach (ExchangeRange range in _ranges)
            {
                if (slot.IsDone(range.First, range.Length)) continue;
                owners.Add(range.Owner);
                if (range.Owner != _selfIndex) continue;
                bool[] covered = new bool[slot.Present.Length];
                foreach (PartialSum part in PartsOf(slot, range)) covered.AsSpan(part.Node.Lo, part.Node.Width).Fill(true);
                for (int shard = 0; shard < covered.Length; shard++)
                {
                    if (slot.Present[shard] && !covered[shard]) shards.Add(shard);
                }
            }

            return new MissingReply([.. owners.Select(owner => plan.Silos[owner])], [.. shards.Order()]);
        }
    }
}
