using System.Buffers.Binary;
using DistConv.Training.Data.Digits;

namespace DistConv.Tests.Shared;

/// <summary>
/// A small data set in MNIST's files, drawn by the generator of <c>digits</c>: what tests read on a machine without the real MNIST.
/// </summary>
internal static class DrawnMnist
{
    private const ulong Seed = 1;
    private const int ImageMagic = 0x803, LabelMagic = 0x801;

    /// <summary>Writes the four files, the same bytes each time.</summary>
    /// <param name="folder">The folder; created if it is not there.</param>
    /// <param name="train">Pictures to train on.</param>
    /// <param name="test">Held-out pictures.</param>
    /// <returns>The folder.</returns>
    public static string Write(string folder, int train = 600, int test = 100)
    {
        Directory.CreateDirectory(folder);
        WriteSplit(folder, "train", split: 0, train);
        WriteSplit(folder, "t10k", split: 1, test);
        return folder;
    }

    private static void WriteSplit(string folder, string name, int split, int count)
    {
        byte[] images = NewFile(ImageMagic, [count, DigitPainter.Side, DigitPainter.Side], count * DigitPainter.Pixels);
        byte[] labels = NewFile(LabelMagic, [count], count);
        for (int i = 0; i < count; i++)
        {
            int label = i % 10;
            labels[^(count - i)] = (byte)label;
            DigitPainter.Draw(Seed, split, i, label, images.AsSpan(images.Length - ((count - i) * DigitPainter.Pixels), DigitPainter.Pixels));
        }

        File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), labels);
    }

    /// <summary>A header of big-endian words, and room for the content.</summary>
    private static byte[] NewFile(int magic, int[] sizes, int bytes)
    {
        byte[] file = new byte[4 + (4 * sizes.Length) + bytes];
        BinaryPrimitives.WriteInt32BigEndian(file, magic);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), sizes[i]);
        return file;
    }
}
