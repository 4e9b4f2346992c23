using System.Buffers.Binary;
using System.Security.Cryptography;
using DistConv.Core.Shapes;
using DistConv.Training.Specification;

namespace DistConv.Training.Data;

/// <summary>The fingerprint of a data set that was read from files.</summary>
public static class DataFingerprint
{
    /// <summary>
    /// "sha256:" and SHA-256 over: for each split, count, rows, columns and channels as little-endian 32-bit integers, all image bytes (NHWC), all label bytes;
    /// of samples with targets, instead of the labels, the kind and number of the targets and the targets as little-endian
    /// floats. It depends neither on packing nor on file names.
    /// </summary>
    /// <param name="splits">The splits: training, then held-out.</param>
    /// <returns>The fingerprint.</returns>
    public static string Of(params ReadOnlySpan<MemoryDataset> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[16];
        foreach (MemoryDataset split in splits)
        {
            TensorShape shape = split.Shape;
            BinaryPrimitives.WriteInt32LittleEndian(header, split.Count);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], shape.Height);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], shape.Width);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], shape.Channels);
            hash.AppendData(header);
            hash.AppendData(split.Pixels);
            if (split.TargetCount == 0) hash.AppendData(split.ClassLabels);
            else AppendTargets(hash, split);
        }

        return Sha256Digest.Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendTargets(IncrementalHash hash, MemoryDataset split)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(word, (int)split.Labels);
        BinaryPrimitives.WriteInt32LittleEndian(word[4..], split.TargetCount);
        hash.AppendData(word);
        foreach (float target in split.AllTargets)
        {
            BinaryPrimitives.WriteSingleLittleEndian(word, target);
            hash.AppendData(word[..4]);
        }
    }
}
