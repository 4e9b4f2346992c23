using System.Buffers.Binary;

namespace DistConv.Cli.Tests.Support;

/// <summary>A data set and a model on which a step takes milliseconds.</summary>
internal static class TinyData
{
    public const int Side = 6;

    public const string Model = """
        {"name": "tiny", "input": [6, 6, 1], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": 3, "activation": "relu"},
          {"type": "flatten"},
          {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    public static readonly string[] FileNames = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Four classes of 6 × 6 images: a bright quarter names the class.</summary>
    public static string WriteIdx(string folder, int train = 203, int test = 40)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, FileNames[0]), Images(train));
        File.WriteAllBytes(Path.Combine(folder, FileNames[1]), Labels(train));
        File.WriteAllBytes(Path.Combine(folder, FileNames[2]), Images(test));
        File.WriteAllBytes(Path.Combine(folder, FileNames[3]), Labels(test));
        return folder;
    }

    public static byte[] Images(int count)
    {
        byte[] file = new byte[16 + (count * Side * Side)];
        Header(file, 0x803, count, Side, Side);
        for (int i = 0; i < count; i++)
        {
            for (int pixel = 0; pixel < Side * Side; pixel++)
            {
                int quarter = (pixel / Side / 3 * 2) + (pixel % Side / 3);
                file[16 + (i * Side * Side) + pixel] = (byte)((quarter == i % 4 ? 180 : 20) + ((i + pixel) * 7 % 40));
            }
        }

        return file;
    }

    public static byte[] Labels(int count)
    {
        byte[] file = new byte[8 + count];
        Header(file, 0x801, count);
        for (int i = 0; i < count; i++) file[8 + i] = (byte)(i % 4);
        return file;
    }

    private static void Header(byte[] file, params int[] words)
    {
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * i), words[i]);
    }
}
