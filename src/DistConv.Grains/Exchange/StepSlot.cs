using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Grains.Contracts;
using DistConv.Training.Shards;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <summary>One step on its way through this silo: what it has computed, what has come from others, and the sum as far as it is there. Its owner
/// locks.</summary>
internal sealed class StepSlot
{
    private readonly GradientLayout _layout;
    private readonly bool[] _isDone;
    private int _missing;

    /// <summary>A step of which nothing is there.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layout">What stands where in its sum.</param>
    /// <param name="present">For each shard: whether it has samples in this step.</param>
    public StepSlot(long step, GradientLayout layout, bool[] present)
    {
        (Step, _layout, Present) = (step, layout, present);
        Sum = FloatBufferPool.Shared.Rent(layout.Length);
        _missing = ExchangeRange.Blocks(layout.ParameterCount) + (layout.MomentCount > 0 ? 1 : 0);
        _isDone = new bool[_missing];
        if (_missing == 0) Whole.SetResult();
    }

    /// <summary>The step.</summary>
    public long Step { get; }

    /// <summary>For each shard: whether it has samples in this step.</summary>
    public bool[] Present { get; }

    /// <summary>The sum over all shards, as far as it is there.</summary>
    public FloatBuffer Sum { get; }

    /// <summary>Completes when the whole sum is there.</summary>
    public TaskCompletionSource Whole { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether something in the sum is NaN or infinite.</summary>
    public bool IsNotFinite { get; set; }

    /// <summary>What this silo has computed.</summary>
    public List<LocalSum> Local { get; } = [];

    /// <summary>What others have sent for ranges that this silo adds up, by plan and first float.</summary>
    public Dictionary<(long Plan, int First), RangeParts> Ranges { get; } = [];

    /// <summary>Receivers and senders that use its memory.</summary>
    public int Users { get; set; }

    /// <summary>Whether [first, first + length) is made of whole blocks of the parameters, or is the moments.</summary>
    /// <param name="first">The first float.</param>
    /// <param name="length">The number of floats.</param>
    /// <returns>False for anything else, such as a range that does not lie in the sum.</returns>
    public bool IsRange(int first, int length)
    {
        if (length <= 0 || first < 0) return false;
        if (_layout.MomentCount > 0 && first == _layout.MomentStart) return first + (long)length == _layout.Length;
        long end = (long)first + length;
        bool endsABlock = end == _layout.ParameterCount || (end < _layout.ParameterCount && end % ExchangeRange.BlockLength == 0);
        return endsABlock && first % ExchangeRange.BlockLength == 0;
    }

    /// <summary>Whether the whole of a range of the sum is there.</summary>
    /// <param name="first">A range.</param>
    /// <param name="length">Its floats.</param>
    public bool IsDone(int first, int length)
    {
        (int block, int end) = BlocksOf(first, length);
        return !_isDone.AsSpan(block, end - block).Contains(false);
    }

    /// <summary>A range of the sum is there.</summary>
    /// <param name="first">A range.</param>
    /// <param name="length">Its floats.</param>
    public void Done(int first, int length)
    {
        (int block, int end) = BlocksOf(first, length);
        for (; block < end; block++)
        {
            if (_isDone[block]) continue;
            _isDone[block] = true;
            _missing--;
        }

        if (_missing == 0) Whole.TrySetResult();
    }

    /// <summary>What of the sum is not there, as few ranges as possible.</summary>
    /// <param name="longest">The most floats of a range, whole blocks.</param>
    /// <returns>First float and number of floats of each.</returns>
    public List<(int First, int Length)> Missing(int longest)
    {
        List<(int First, int Length)> missing = [];
        int parameters = ExchangeRange.Blocks(_layout.ParameterCount);
        for (int block = 0; block < parameters; block++)
        {
            if (_isDone[block]) continue;
            int first = block * ExchangeRange.BlockLength, length = int.Min(ExchangeRange.BlockLength, _layout.ParameterCount - first);
            bool continues = missing is [.., var last] && last.First + last.Length == first && last.Length + length <= longest;
            if (continues) missing[^1] = (missing[^1].First, missing[^1].Length + length);
            else missing.Add((first, length));
        }

        if (_layout.MomentCount > 0 && !_isDone[parameters]) missing.Add((_layout.MomentStart, _layout.Length - _layout.MomentStart));
        return missing;
    }

    /// <summary>Lets go of its memory: the step is applied. What others still use is freed by finalizers.</summary>
    public void Retire()
    {
        Whole.TrySetCanceled();
        if (Users > 0) return;
        FloatBufferPool.Shared.Return(Sum);
        foreach (PartialSum part in Ranges.Values.SelectMany(range => range.Parts)) FloatBufferPool.Shared.Return(part.Buffer);
        Ranges.Clear();
    }

    private (int First, int End) BlocksOf(int first, int length)
    {
        if (_layout.MomentCount > 0 && first == _layout.MomentStart) return (_isDone.Length - 1, _isDone.Length);
        return (first / ExchangeRange.BlockLength, ExchangeRange.Blocks(first + length));
    }
}

/// <summary>The sum over a subtree that this silo has computed.</summary>
/// <param name="node">The subtree.</param>
/// <param name="values">Its sum.</param>
/// <param name="isExtra">Whether another silo was to compute it: then its checksums are kept.</param>
internal sealed class LocalSum(ShardNode node, FloatBuffer values, bool isExtra)
{
    /// <summary>The subtree.</summary>
    public ShardNode Node => node;

    /// <summary>Its sum.</summary>
    public FloatBuffer Values => values;

    /// <summary>Whether another silo was to compute it.</summary>
    public bool IsExtra => isExtra;

    /// <summary>The float from which on the sum is complete.</summary>
    public int ReadyFrom { get; set; } = int.MaxValue;

    /// <summary>Which ranges of the plan have been sent, or noted for this silo's own sums.</summary>
    public bool[] IsSent { get; set; } = [];
}

/// <summary>What others have sent for a range that this silo adds up.</summary>
/// <param name="length">Floats of the range.</param>
internal sealed class RangeParts(int length)
{
    /// <summary>Floats of the range.</summary>
    public int Length => length;

    /// <summary>Sums that have come whole.</summary>
    public List<PartialSum> Parts { get; } = [];

    /// <summary>Checksums of parts that have come, and of those that this silo computed in another one's place.</summary>
    public Dictionary<ShardNode, uint> Checksums { get; } = [];

    /// <summary>Whether the range has been added up.</summary>
    public bool IsReduced { get; set; }
}
