using DistConv.Training.Shards;

namespace DistConv.Training.Metrics;

/// <summary>The sums of the epoch that is going on, so that a run resumed in mid-epoch reports the same epoch as an uninterrupted one.</summary>
/// <param name="Samples">Training samples seen in this epoch so far.</param>
/// <param name="LossSum">Sum (not mean) of their losses, a double chain in step order.</param>
/// <param name="Correct">How many of them were classified correctly.</param>
/// <param name="Coverage">Which samples they were, as an order-independent digest.</param>
public readonly record struct RunningMetrics(long Samples, double LossSum, long Correct, CoverageState Coverage);

/// <summary>The state of an order-independent digest over sample numbers, as it is kept in a snapshot.</summary>
/// <param name="First">First word.</param>
/// <param name="Second">Second word.</param>
/// <param name="Count">How many samples have gone in.</param>
public readonly record struct CoverageState(ulong First, ulong Second, long Count)
{
    /// <summary>The state of a proof.</summary>
    /// <param name="proof">The proof.</param>
    /// <returns>A copy.</returns>
    public static CoverageState Of(CoverageProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return new CoverageState((ulong)(proof.Sum >> 64), (ulong)proof.Sum, proof.Count);
    }

    /// <summary>The proof with this state.</summary>
    /// <returns>A new one.</returns>
    public CoverageProof ToProof() => new(Count, new UInt128(First, Second));
}
