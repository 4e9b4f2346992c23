using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Digits;

/// <summary>
/// One split of <c>digits</c>: handwriting-like 28 × 28 digits that DistConv draws itself, so that training needs no file. Every byte is a function of the
/// generator version, the data seed, the split and the index, and of nothing else. An image is drawn when it is first read and then kept (784 bytes each).
/// Reading takes no lock: two threads that meet at an undrawn image both draw it, and write the same bytes.
/// </summary>
public sealed class DigitsDataset : IDataset
{
    /// <summary>Version of the generator; raised whenever any pixel changes.</summary>
    public const int GeneratorVersion = 1;

    /// <summary>The data seed that is used unless another is asked for.</summary>
    public const ulong DefaultSeed = 2026;

    /// <summary>Images of the training split.</summary>
    public const int TrainCount = 60_000;

    /// <summary>Images of the held-out split.</summary>
    public const int TestCount = 10_000;

    private const byte Drawn = 1;

    private readonly ulong seed;
    private readonly int split;
    private readonly byte[] pixels;
    private readonly byte[] labels;
    private readonly byte[] states;

    private DigitsDataset(ulong seed, int split, int count)
    {
        this.seed = seed;
        this.split = split;
        pixels = new byte[count * DigitPainter.Pixels];
        states = new byte[count];
        labels = new byte[count];
        var field = new RandomField(seed, RandomPurpose.Digits, (int)DigitStream.Label);
        for (int i = 0; i < count; i++)
            labels[i] = (byte)(((ulong)field.UInt32(0, (uint)i, (uint)split) * 10) >> 32);
    }

    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <inheritdoc/>
    public TensorShape Shape => new(DigitPainter.Side, DigitPainter.Side, 1);

    /// <inheritdoc/>
    public int ClassCount => 10;

    /// <summary>Both splits as a data source; its fingerprint names generator version, seed and counts: "digits:v1:seed=2026:60000+10000".</summary>
    /// <param name="seed">The data seed; default <see cref="DefaultSeed"/>.</param>
    /// <returns>60,000 training and 10,000 held-out digits, none of them drawn yet.</returns>
    public static DataSource Open(ulong seed = DefaultSeed) => new(
        "digits",
        new DigitsDataset(seed, 0, TrainCount),
        new DigitsDataset(seed, 1, TestCount),
        $"digits:v{GeneratorVersion}:seed={seed}:{TrainCount}+{TestCount}");

    /// <summary>The bytes of one image, row after row: 0 is paper, 255 is ink. Draws it on first use; allocates nothing. Safe from any thread.</summary>
    /// <param name="index">Sample, 0 … Count − 1.</param>
    /// <returns>784 bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        Span<byte> image = pixels.AsSpan(index * DigitPainter.Pixels, DigitPainter.Pixels);
        if (Volatile.Read(ref states[index]) != Drawn)
        {
            DigitPainter.Draw(seed, split, index, labels[index], image);
            Volatile.Write(ref states[index], Drawn);
        }

        return image;
    }

    /// <summary>The digit that one image shows; does not draw it.</summary>
    /// <param name="index">Sample, 0 … Count − 1.</param>
    /// <returns>0 … 9, uniform and independent of the other samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        return labels[index];
    }
}
