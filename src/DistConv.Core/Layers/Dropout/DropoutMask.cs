using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistConv.Core.Layers.Dropout;

/// <summary>
/// Which values dropout keeps, one bit a value, so that the mask of a sample stays in the cache until its backward pass. The runtime makes narrower
/// instructions of these vectors where it has to.
/// </summary>
internal static unsafe class DropoutMask
{
    /// <summary>Bytes of a mask.</summary>
    /// <param name="count">Values.</param>
    /// <returns>A bit each.</returns>
    public static int Bytes(int count) => (count + 7) / 8;

    /// <summary>Floats that hold a mask.</summary>
    /// <param name="count">Values.</param>
    /// <returns>Whole floats.</returns>
    public static int Floats(int count) => (Bytes(count) + sizeof(float) - 1) / sizeof(float);

    /// <summary>A value is kept when its random word is at least the threshold.</summary>
    /// <param name="words">count words.</param>
    /// <param name="threshold">round(rate · 2³²).</param>
    /// <param name="mask"><see cref="Bytes"/> bytes, overwritten.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Draw(uint* words, uint threshold, byte* mask, int count)
    {
        Vector256<uint> thresholds = Vector256.Create(threshold);
        int i = 0;
        for (; i <= count - 8; i += 8) *mask++ = (byte)Vector256.GreaterThanOrEqual(Vector256.Load(words + i), thresholds).ExtractMostSignificantBits();
        if (i == count) return;
        *mask = 0;
        for (int bit = 0; i < count; i++, bit++) *mask |= (byte)(words[i] >= threshold ? 1 << bit : 0);
    }

    /// <summary>y = kept ? x · scale : +0. In place if x and y are the same.</summary>
    /// <param name="x">count values.</param>
    /// <param name="mask">Their bits.</param>
    /// <param name="scale">1 / (1 − rate).</param>
    /// <param name="y">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, byte* mask, float scale, float* y, int count)
    {
        Vector256<float> scales = Vector256.Create(scale);
        Vector256<int> bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<int> kept = Vector256.Equals(Vector256.Create((int)*mask++) & bits, bits);
            Vector256.Store((Vector256.Load(x + i) * scales) & kept.AsSingle(), y + i);
        }

        for (int bit = 0; i < count; i++, bit++) y[i] = (*mask >> bit & 1) != 0 ? x[i] * scale : 0f;
    }
}
