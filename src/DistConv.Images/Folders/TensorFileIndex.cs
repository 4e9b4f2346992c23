using System.Runtime.InteropServices;
using System.Text;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Files;
using Microsoft.Win32.SafeHandles;

namespace DistConv.Images.Folders;

/// <summary>One split in a file of decoded pictures.</summary>
/// <param name="Offset">Where its first picture begins.</param>
/// <param name="Shape">Shape of a picture.</param>
/// <param name="Labels">A label for each picture.</param>
/// <param name="Checksums">The CRC-32C of each picture.</param>
internal sealed record TensorFileSplit(long Offset, TensorShape Shape, SampleLabels Labels, uint[] Checksums)
{
    /// <summary>Bytes of all pictures.</summary>
    public long Bytes => (long)Checksums.Length * Shape.Size;

    /// <summary>The split as a data set whose pictures stay in the file.</summary>
    public StoredDataset Open(SafeFileHandle file, string path, long windowBytes) =>
        new(new StoredPictures(file, path, Offset, Shape, Checksums), Labels, windowBytes);
}

/// <summary>What stands behind the pictures of a file: everything but the pictures.</summary>
/// <param name="Fingerprint">The data set's fingerprint.</param>
/// <param name="ValidationCount">How many of the training samples are for validation.</param>
/// <param name="Skipped">A line for each picture that was left out.</param>
/// <param name="Splits">Training and test split.</param>
internal sealed record TensorFileIndex(string Fingerprint, int ValidationCount, IReadOnlyList<string> Skipped, IReadOnlyList<TensorFileSplit> Splits)
{
    /// <summary>What every file begins with.</summary>
    public const string Magic = "DistConv tensors 5";

    private const int FooterBytes = 2 * sizeof(int), SplitCount = 2;

    /// <summary>Reads the index of a file; the pictures are not looked at.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="key">The key of the listing.</param>
    /// <returns>Null if it is of another listing, not whole, or damaged.</returns>
    public static TensorFileIndex? TryRead(FileStream stream, string key)
    {
        using BinaryReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadString() != Magic || reader.ReadString() != key) return null;
        long pictures = stream.Position, end = stream.Length - FooterBytes;
        if (end < pictures) return null;
        stream.Position = end;
        int length = reader.ReadInt32(), checksum = reader.ReadInt32();
        if (length < 1 || length > end - pictures) return null;
        byte[] bytes = new byte[length];
        stream.Position = end - length;
        stream.ReadExactly(bytes);
        if ((int)Crc32C.Of(bytes) != checksum) return null;
        TensorFileIndex index = OfBytes(bytes);
        foreach (TensorFileSplit split in index.Splits)
        {
            if (split.Offset != pictures || split.Labels.Count == 0 || split.Labels.Count != split.Checksums.Length) return null;
            pictures += split.Bytes;
        }

        return pictures == end - length ? index : null;
    }

    /// <summary>The index as it stands in a file.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(Fingerprint);
        writer.Write(ValidationCount);
        writer.Write(Skipped.Count);
        foreach (string line in Skipped) writer.Write(line);
        foreach ((long offset, TensorShape shape, SampleLabels labels, uint[] checksums) in Splits)
        {
            writer.Write(offset);
            foreach (int number in (ReadOnlySpan<int>)[
                shape.Height, shape.Width, shape.Channels, labels.Count, (int)labels.Kind, labels.ClassCount, labels.TargetCount]) writer.Write(number);
            writer.Write(labels.Classes);
            writer.Write(MemoryMarshal.AsBytes(labels.Targets.AsSpan()));
            writer.Write(MemoryMarshal.AsBytes(checksums.AsSpan()));
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static TensorFileIndex OfBytes(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        string fingerprint = reader.ReadString();
        int validation = reader.ReadInt32();
        string[] skipped = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
        return new TensorFileIndex(fingerprint, validation, skipped, [.. Enumerable.Range(0, SplitCount).Select(_ => ReadSplit(reader))]);
    }

    private static TensorFileSplit ReadSplit(BinaryReader reader)
    {
        long offset = reader.ReadInt64();
        TensorShape shape = new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        int count = reader.ReadInt32();
        var kind = (LabelKind)reader.ReadInt32();
        int classCount = reader.ReadInt32(), targetCount = reader.ReadInt32();
        byte[] classes = reader.ReadBytes(count);
        float[] targets = new float[checked(count * targetCount)];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(targets.AsSpan()));
        uint[] checksums = new uint[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(checksums.AsSpan()));
        return new TensorFileSplit(offset, shape, new SampleLabels(kind, classCount, classes, targetCount, targets), checksums);
    }
}
