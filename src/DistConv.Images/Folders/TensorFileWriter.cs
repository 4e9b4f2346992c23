using System.Runtime.InteropServices;
using System.Text;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Files;

namespace DistConv.Images.Folders;

/// <summary>
/// Writes decoded pictures to a file one after the other: the listing's key, the pictures of the training split, those of the test split, and behind them an
/// index with labels and checksums. It may be as large as the disk: nothing but labels and checksums stays in memory.
/// </summary>
/// <param name="file">The file, open for reading too.</param>
/// <param name="key">The key of the listing.</param>
internal sealed class TensorFileWriter(FileStream file, string key)
{
    private readonly List<uint> _checksums = [];
    private readonly List<TensorFileSplit> _splits = [];
    private long _start;

    /// <summary>Writes what stands before the pictures.</summary>
    public void Begin()
    {
        using BinaryWriter writer = new(file, Encoding.UTF8, leaveOpen: true);
        writer.Write(TensorFileIndex.Magic);
        writer.Write(key);
        writer.Flush();
        _start = file.Position;
    }

    /// <summary>Appends a picture to the split.</summary>
    /// <param name="pixels">Its bytes.</param>
    public void Append(ReadOnlySpan<byte> pixels)
    {
        file.Write(pixels);
        _checksums.Add(Crc32C.Of(pixels));
    }

    /// <summary>Ends a split.</summary>
    /// <param name="shape">Shape of each picture that was appended.</param>
    /// <param name="labels">A label for each.</param>
    public void EndSplit(TensorShape shape, SampleLabels labels)
    {
        _splits.Add(new TensorFileSplit(_start, shape, labels, [.. _checksums]));
        _checksums.Clear();
        _start = file.Position;
    }

    /// <summary>Writes the index. The fingerprint is computed from what is in the file, which proves that it can be read.</summary>
    /// <param name="validationCount">How many of the training samples are for validation.</param>
    /// <param name="skipped">A line for each picture that was left out.</param>
    public void End(int validationCount, IReadOnlyList<string> skipped)
    {
        file.Flush();
        IDataset[] splits = [.. _splits.Select(split => split.Open(file.SafeFileHandle, file.Name, windowBytes: 0))];
        TensorFileIndex index = new(DataFingerprint.Of(splits), validationCount, skipped, _splits);
        byte[] bytes = index.ToBytes();
        file.Write(bytes);
        Span<int> footer = [bytes.Length, (int)Crc32C.Of(bytes)];
        file.Write(MemoryMarshal.AsBytes(footer));
    }
}
