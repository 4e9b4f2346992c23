namespace DistConv.Core.Numerics;

/// <summary>
/// Philox4x32-10, the counter-based random number generator of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011):
/// a function from a 128-bit counter and a 64-bit key to 128 random bits. It has no state, so a number does not depend on who draws it or when.
/// </summary>
/// <remarks>
/// DistConv's counter is (c0 = block, c1 = sample, c2 = epoch or step, c3 = purpose &lt;&lt; 24 | layer), the key is the seed, low word first.
/// <see cref="RandomField"/> fills these in.
/// </remarks>
public static class Philox4x32
{
    /// <summary>Number of rounds, as in the published test vectors.</summary>
    public const int Rounds = 10;

    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;

    // The golden ratio and sqrt(3) − 1, as 0.32 fixed point: the key schedule is a Weyl sequence.
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The four random words of one counter.</summary>
    /// <param name="seed">The key; its low half is key word 0.</param>
    /// <param name="c0">Counter word 0: the block.</param>
    /// <param name="c1">Counter word 1: the sample.</param>
    /// <param name="c2">Counter word 2: the epoch or the step.</param>
    /// <param name="c3">Counter word 3: purpose &lt;&lt; 24 | layer.</param>
    /// <returns>Words 0 to 3, each uniform over all 32-bit values.</returns>
    public static (uint Word0, uint Word1, uint Word2, uint Word3) Generate(ulong seed, uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = (uint)seed;
        uint k1 = (uint)(seed >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    /// <inheritdoc cref="Generate(ulong, uint, uint, uint, uint)"/>
    /// <param name="seed">The key; its low half is key word 0.</param>
    /// <param name="c0">Counter word 0: the block.</param>
    /// <param name="c1">Counter word 1: the sample.</param>
    /// <param name="c2">Counter word 2: the epoch or the step.</param>
    /// <param name="c3">Counter word 3: purpose &lt;&lt; 24 | layer.</param>
    /// <param name="four">Overwritten with words 0 to 3.</param>
    /// <exception cref="ArgumentException"><paramref name="four"/> is not 4 long.</exception>
    public static void Generate(ulong seed, uint c0, uint c1, uint c2, uint c3, Span<uint> four)
    {
        if (four.Length != 4)
            throw new ArgumentException($"A Philox block has 4 words, the destination has {four.Length}.", nameof(four));

        (four[0], four[1], four[2], four[3]) = Generate(seed, c0, c1, c2, c3);
    }
}
