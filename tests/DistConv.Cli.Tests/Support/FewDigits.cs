using System.Buffers.Binary;
using DistConv.Training.Data;

namespace DistConv.Cli.Tests.Support;

/// <summary>The first pictures of <c>digits</c> in MNIST's files: all 10,000 of the test set take long to draw and to evaluate.</summary>
internal static class FewDigits
{
    /// <summary>Writes the four files.</summary>
    /// <returns>The folder.</returns>
    public static string Write(string folder, int train, int test)
    {
        DataSource digits = DataCatalog.BuiltIn.Open("digits", null);
        Directory.CreateDirectory(folder);
        WriteSplit(folder, "train", digits.Train, train);
        WriteSplit(folder, "t10k", digits.Test, test);
        return folder;
    }

    private static void WriteSplit(string folder, string name, IDataset data, int count)
    {
        byte[] images = Header(0x803, count, 28, 28), labels = Header(0x801, count);
        File.WriteAllBytes(
            Path.Combine(folder, $"{name}-images-idx3-ubyte"), [.. images, .. Enumerable.Range(0, count).SelectMany(i => data.Image(i).ToArray())]);
        File.WriteAllBytes(
            Path.Combine(folder, $"{name}-labels-idx1-ubyte"), [.. labels, .. Enumerable.Range(0, count).Select(i => (byte)data.Label(i))]);
    }

    /// <summary>What a file begins with.</summary>
    private static byte[] Header(params int[] words)
    {
        byte[] header = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * i), words[i]);
        return header;
    }
}
