using DistConv.Core.Numerics;

namespace DistConv.Training.Shards;

/// <summary>
/// The permutation of the samples that deals them to shards: a pure function of (seed, N). Shard v owns positions
/// [<see cref="ShardPlan.SampleStart"/>(v), SampleStart(v + 1)) of it in every epoch. Immutable; share one among a job's shards.
/// </summary>
public sealed class SamplePermutation
{
    private readonly int[] _samples;

    /// <summary>Draws the permutation of [0, N): Fisher-Yates with <see cref="RandomField"/>(seed, Permutation).</summary>
    /// <param name="seed">The job's seed.</param>
    /// <param name="samples">N, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is negative.</exception>
    public SamplePermutation(ulong seed, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        Seed = seed;
        _samples = new int[samples];
        for (int i = 0; i < samples; i++)
            _samples[i] = i;
        Shuffle(_samples, new RandomField(seed, RandomPurpose.Permutation), 0, 0);
    }

    /// <summary>The seed that it was drawn with.</summary>
    public ulong Seed { get; }

    /// <summary>N.</summary>
    public int Count => _samples.Length;

    /// <summary>The sample at a position.</summary>
    /// <param name="position">0 to N − 1.</param>
    /// <returns>A sample index, 0 to N − 1.</returns>
    public int this[int position] => _samples[position];

    /// <summary>All sample indices in the order of the permutation.</summary>
    /// <returns>A view, N long.</returns>
    public ReadOnlySpan<int> AsSpan() => _samples;

    /// <summary>
    /// Fisher-Yates from the end: position i is swapped with j = ⌊UInt32(i, sample, step) · (i + 1) / 2³²⌋. Multiply-high without rejection (after Lemire,
    /// "Fast random integer generation in an interval", 2019) favours some j by at most (i + 1) / 2³² of its probability, 0.0014 % for 60,000 samples: of no
    /// consequence, and each draw stays a function of its position.
    /// </summary>
    internal static void Shuffle(Span<int> items, RandomField field, uint sample, uint step)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = (int)((ulong)field.UInt32((uint)i, sample, step) * (uint)(i + 1) >> 32);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
