using System.Globalization;
using DistConv.Core.Numerics;

namespace DistConv.Training.Shards;

/// <summary>
/// Proof that an epoch used every sample exactly once: a count, and a sum modulo 2¹²⁸ of a strong 128-bit mix of each sample's index. Sums do not depend on
/// order or on who added what, so shards, silos and coordinators merge theirs. A sample missed, repeated or replaced changes the sum (chance of a miss:
/// 2⁻¹²⁸).
/// </summary>
/// <remarks>Not safe for several threads at once: keep one each and merge.</remarks>
public sealed class CoverageProof : IEquatable<CoverageProof>
{
    // An arbitrary fixed key, "coverage" in ASCII: the digest must not depend on the job's seed.
    private const ulong MixKey = 0x636F766572616765;

    /// <summary>A proof of nothing.</summary>
    public CoverageProof()
    {
    }

    /// <summary>A proof from its parts, as a message or a snapshot carries them.</summary>
    /// <param name="count">See <see cref="Count"/>.</param>
    /// <param name="sum">See <see cref="Sum"/>.</param>
    public CoverageProof(long count, UInt128 sum)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
        Sum = sum;
    }

    /// <summary>Number of samples added, repetitions included.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the samples' mixes modulo 2¹²⁸.</summary>
    public UInt128 Sum { get; private set; }

    /// <summary>What an epoch over samples 0 to N − 1 must add up to.</summary>
    /// <param name="samples">N, at least 0.</param>
    /// <returns>The proof of each sample once.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is negative.</exception>
    public static CoverageProof Expected(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        CoverageProof proof = new();
        for (int sample = 0; sample < samples; sample++)
            proof.Add(sample);
        return proof;
    }

    /// <summary>Adds the use of a sample. Does not allocate.</summary>
    /// <param name="sample">The sample's index in the training set.</param>
    public void Add(int sample)
    {
        Count++;
        Sum = unchecked(Sum + Mix((uint)sample));
    }

    /// <summary>Adds the use of several samples. Does not allocate.</summary>
    /// <param name="samples">Indices in the training set.</param>
    public void Add(ReadOnlySpan<int> samples)
    {
        foreach (int sample in samples)
            Add(sample);
    }

    /// <summary>Adds everything that another proof contains.</summary>
    /// <param name="other">Unchanged.</param>
    public void Merge(CoverageProof other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        Sum = unchecked(Sum + other.Sum);
    }

    /// <summary>Starts over, for the next epoch.</summary>
    public void Clear()
    {
        Count = 0;
        Sum = 0;
    }

    /// <inheritdoc/>
    public bool Equals(CoverageProof? other) => other is not null && Count == other.Count && Sum == other.Sum;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CoverageProof);

    /// <summary>Not for dictionaries: a proof changes as it grows.</summary>
    /// <returns>A hash of the present contents.</returns>
    public override int GetHashCode() => HashCode.Combine(Count, Sum);

    /// <summary>The count and the sum in hexadecimal, such as "60000:0123456789abcdef0123456789abcdef".</summary>
    /// <returns>The digest as text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}:{Sum:x32}");

    /// <summary>All four words of a Philox block: every bit depends on every bit of the index.</summary>
    private static UInt128 Mix(uint sample)
    {
        (uint word0, uint word1, uint word2, uint word3) = Philox4x32.Generate(MixKey, sample, 0, 0, 0);
        return new UInt128(((ulong)word3 << 32) | word2, ((ulong)word1 << 32) | word0);
    }
}
