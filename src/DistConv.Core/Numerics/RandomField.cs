namespace DistConv.Core.Numerics;

/// <summary>
/// Random numbers as a function of (index, sample, step) for one seed, purpose and layer: word index mod 4 of the <see cref="Philox4x32"/> block
/// (index / 4, sample, step, purpose &lt;&lt; 24 | layer). Nothing is consumed; asking twice gives the same number.
/// </summary>
public readonly struct RandomField
{
    /// <summary>The largest layer number: it shares a counter word with the purpose.</summary>
    public const int MaxLayer = (1 << 24) - 1;

    private readonly ulong _seed;
    private readonly uint _stream;

    /// <summary>The random numbers of one seed, purpose and layer.</summary>
    /// <param name="seed">The job's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="layer">The layer, 0 to <see cref="MaxLayer"/>; 0 where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layer is out of range, or the purpose is <see cref="RandomPurpose.None"/>.</exception>
    public RandomField(ulong seed, RandomPurpose purpose, int layer = 0)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((byte)purpose, (byte)RandomPurpose.None, nameof(purpose));
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, MaxLayer);
        _seed = seed;
        _stream = ((uint)purpose << 24) | (uint)layer;
    }

    /// <summary>One random word.</summary>
    /// <param name="index">Position within (sample, step).</param>
    /// <param name="sample">The sample (or shard); 0 where there is none.</param>
    /// <param name="step">The step or epoch; 0 where there is none.</param>
    /// <returns>Uniform over all 32-bit values.</returns>
    public uint UInt32(uint index, uint sample = 0, uint step = 0)
    {
        (uint word0, uint word1, uint word2, uint word3) = Philox4x32.Generate(_seed, index >> 2, sample, step, _stream);
        return (index & 3) switch { 0 => word0, 1 => word1, 2 => word2, _ => word3 };
    }

    /// <summary>Consecutive random words: <c>destination[i] = UInt32(firstIndex + i, sample, step)</c>, at a fraction of the cost.</summary>
    /// <param name="destination">Overwritten.</param>
    /// <param name="firstIndex">Index of the first word, a multiple of 4; the last index must not pass 2³² − 1.</param>
    /// <param name="sample">The sample (or shard); 0 where there is none.</param>
    /// <param name="step">The step or epoch; 0 where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstIndex"/> is no multiple of 4, or too large.</exception>
    public void Fill(Span<uint> destination, uint firstIndex = 0, uint sample = 0, uint step = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstIndex & 3, 0u, nameof(firstIndex));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstIndex + (ulong)destination.Length, 1UL << 32, nameof(firstIndex));
        Philox4x32.Fill(_seed, firstIndex >> 2, sample, step, _stream, destination);
        int i = destination.Length & ~3;
        for (; i < destination.Length; i++)
            destination[i] = UInt32(firstIndex + (uint)i, sample, step);
    }

    /// <summary>A uniform float: <see cref="ToUniform"/> of <see cref="UInt32"/>.</summary>
    /// <param name="index">Position within (sample, step).</param>
    /// <param name="sample">The sample (or shard); 0 where there is none.</param>
    /// <param name="step">The step or epoch; 0 where there is none.</param>
    /// <returns>In [0, 1), a multiple of 2⁻²⁴.</returns>
    public float Uniform(uint index, uint sample = 0, uint step = 0) => ToUniform(UInt32(index, sample, step));

    /// <summary>A uniform double that is never 0 or 1: <see cref="ToOpenUniform"/> of <see cref="UInt32"/>.</summary>
    /// <param name="index">Position within (sample, step).</param>
    /// <param name="sample">The sample (or shard); 0 where there is none.</param>
    /// <param name="step">The step or epoch; 0 where there is none.</param>
    /// <returns>In (0, 1), an odd multiple of 2⁻³³.</returns>
    public double UniformDouble(uint index, uint sample = 0, uint step = 0) => ToOpenUniform(UInt32(index, sample, step));

    /// <summary>A word as a float: <c>(word >> 8) · 2⁻²⁴</c>, exact.</summary>
    /// <param name="word">A random word.</param>
    /// <returns>In [0, 1).</returns>
    public static float ToUniform(uint word) => (word >> 8) * (1f / (1 << 24));

    /// <summary>A word as a float of a range: <c>fma(u, hi − lo, lo)</c> with u = <see cref="ToUniform"/>.</summary>
    /// <param name="word">A random word.</param>
    /// <param name="lo">Lower end, included.</param>
    /// <param name="hi">Upper end; reached only by rounding.</param>
    /// <returns>In [lo, hi].</returns>
    public static float ToRange(uint word, float lo, float hi) => MathF.FusedMultiplyAdd(ToUniform(word), hi - lo, lo);

    /// <summary>
    /// A word as a double strictly between 0 and 1: <c>(word + ½) · 2⁻³²</c>, exact. Quantile functions want this: none of its values is infinite.
    /// </summary>
    /// <param name="word">A random word.</param>
    /// <returns>In (0, 1).</returns>
    public static double ToOpenUniform(uint word) => (word + 0.5) * (1.0 / (1UL << 32));
}
