using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>The words of consecutive blocks, in order: <c>destination[4 b + w] = word w of (firstBlock + b, c1, c2, c3)</c>, several blocks at a time where
    /// the processor can. Integers, so the same words everywhere.</summary>
    /// <param name="seed">The key; its low half is key word 0.</param>
    /// <param name="firstBlock">Counter word 0 of the first block.</param>
    /// <param name="c1">Counter word 1: the sample.</param>
    /// <param name="c2">Counter word 2: the epoch or the step.</param>
    /// <param name="c3">Counter word 3: purpose &lt;&lt; 24 | layer.</param>
    /// <param name="destination">Overwritten, as far as whole blocks fit.</param>
    public static void Fill(ulong seed, uint firstBlock, uint c1, uint c2, uint c3, Span<uint> destination)
    {
        Span<uint> rest = destination;
        uint block = firstBlock;
        if (Avx512F.IsSupported) Fill512(seed, ref block, c1, c2, c3, ref rest);
        else if (Avx2.IsSupported) Fill256(seed, ref block, c1, c2, c3, ref rest);
        for (; rest.Length >= 4; rest = rest[4..], block++) (rest[0], rest[1], rest[2], rest[3]) = Generate(seed, block, c1, c2, c3);
    }

    /// <summary>Eight blocks at a time: a block's words stand in the low halves of one 64-bit lane of four vectors; the high halves hold what the next
    /// multiplication ignores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill512(ulong seed, ref uint block, uint c1, uint c2, uint c3, ref Span<uint> rest)
    {
        Vector512<uint> multiplier0 = Vector512.Create((ulong)Multiplier0).AsUInt32(), multiplier1 = Vector512.Create((ulong)Multiplier1).AsUInt32();
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> first = Vector512.Create(0UL, 8, 1, 9, 2, 10, 3, 11), second = Vector512.Create(4UL, 12, 5, 13, 6, 14, 7, 15);
        for (; rest.Length >= 32; rest = rest[32..], block += 8)
        {
            Vector512<ulong> x0 = (Vector512.Create((ulong)block) + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7)) & low;
            Vector512<ulong> x1 = Vector512.Create((ulong)c1), x2 = Vector512.Create((ulong)c2), x3 = Vector512.Create((ulong)c3);
            uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                Vector512<ulong> product0 = Avx512F.Multiply(x0.AsUInt32(), multiplier0), product1 = Avx512F.Multiply(x2.AsUInt32(), multiplier1);
                x0 = (product1 >> 32) ^ x1 ^ Vector512.Create((ulong)k0);
                x2 = (product0 >> 32) ^ x3 ^ Vector512.Create((ulong)k1);
                (x1, x3) = (product1, product0);
                k0 += Weyl0;
                k1 += Weyl1;
            }

            Vector512<ulong> words01 = (x0 & low) | (x1 << 32), words23 = (x2 & low) | (x3 << 32);
            Span<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(rest[..32]);
            Avx512F.PermuteVar8x64x2(words01, first, words23).CopyTo(pairs);
            Avx512F.PermuteVar8x64x2(words01, second, words23).CopyTo(pairs[8..]);
        }
    }

    /// <summary>As <see cref="Fill512"/>, four blocks at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill256(ulong seed, ref uint block, uint c1, uint c2, uint c3, ref Span<uint> rest)
    {
        Vector256<uint> multiplier0 = Vector256.Create((ulong)Multiplier0).AsUInt32(), multiplier1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        Vector256<ulong> low = Vector256.Create((ulong)uint.MaxValue);
        for (; rest.Length >= 16; rest = rest[16..], block += 4)
        {
            Vector256<ulong> x0 = (Vector256.Create((ulong)block) + Vector256.Create(0UL, 1, 2, 3)) & low;
            Vector256<ulong> x1 = Vector256.Create((ulong)c1), x2 = Vector256.Create((ulong)c2), x3 = Vector256.Create((ulong)c3);
            uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                Vector256<ulong> product0 = Avx2.Multiply(x0.AsUInt32(), multiplier0), product1 = Avx2.Multiply(x2.AsUInt32(), multiplier1);
                x0 = (product1 >> 32) ^ x1 ^ Vector256.Create((ulong)k0);
                x2 = (product0 >> 32) ^ x3 ^ Vector256.Create((ulong)k1);
                (x1, x3) = (product1, product0);
                k0 += Weyl0;
                k1 += Weyl1;
            }

            Vector256<ulong> words01 = (x0 & low) | (x1 << 32), words23 = (x2 & low) | (x3 << 32);
            Vector256<ulong> even = Avx2.UnpackLow(words01, words23), odd = Avx2.UnpackHigh(words01, words23);
            Span<ulong> pairs = MemoryMarshal.Cast<uint, ulong>(rest[..16]);
            Avx2.Permute2x128(even, odd, 0x20).CopyTo(pairs);
            Avx2.Permute2x128(even, odd, 0x31).CopyTo(pairs[4..]);
        }
    }
}
