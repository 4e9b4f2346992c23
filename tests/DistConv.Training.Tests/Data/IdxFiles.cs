using System.Buffers.Binary;
using System.IO.Compression;

namespace DistConv.Training.Tests.Data;

/// <summary>A folder of its own for one test, and the IDX files in it.</summary>
internal sealed class IdxFiles : IDisposable
{
    public const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    public string Folder { get; } = Directory.CreateTempSubdirectory("distconv-idx-").FullName;

    /// <summary>Small images whose bytes differ: pixel p of image i is 7 i + p.</summary>
    public static byte[] Images(int count, int rows = 3, int columns = 2)
    {
        var values = new byte[count * rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = (byte)((7 * (i / (rows * columns))) + (i % (rows * columns)));
        return [.. Header(0x803, count, rows, columns), .. values];
    }

    public static byte[] Labels(params byte[] labels) => [.. Header(0x801, labels.Length), .. labels];

    public static byte[] Header(int magic, params int[] sizes)
    {
        var bytes = new byte[4 + (4 * sizes.Length)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, magic);
        for (int i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), sizes[i]);
        return bytes;
    }

    public static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    public string Write(string name, byte[] content)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Four good files: 3 training samples (labels 0, 9, 4) and 2 held-out (1, 2); any part may be replaced.</summary>
    public IdxFiles WriteAll(
        string subfolder = "", bool pack = false, byte[]? trainImages = null, byte[]? trainLabels = null, byte[]? testImages = null, byte[]? testLabels = null)
    {
        Put(TrainImages, trainImages ?? Images(3));
        Put(TrainLabels, trainLabels ?? Labels(0, 9, 4));
        Put(TestImages, testImages ?? Images(2));
        Put(TestLabels, testLabels ?? Labels(1, 2));
        return this;

        void Put(string name, byte[] content) =>
            Write(Path.Combine(subfolder, pack ? name + ".gz" : name), pack ? Pack(content) : content);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
