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
    public static string Of(params ReadOnlySpan<IDataset> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[16];
        foreach (IDataset split in splits)
        {
            TensorShape shape = split.Shape;
            BinaryPrimitives.WriteInt32LittleEndian(header, split.Count);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], shape.Height);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], shape.Width);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], shape.Channels);
            hash.AppendData(header);
            for (int i = 0; i < split.Count; i++) hash.AppendData(split.Image(i));
            if (split.TargetCount == 0) AppendClasses(hash, split);
            else AppendTargets(hash, split);
        }

        return Sha256Digest.Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendClasses(IncrementalHash hash, IDataset split)
    {
        byte[] classes = new byte[split.Count];
        for (int i = 0; i < classes.Length; i++) classes[i] = (byte)split.Label(i);
        hash.AppendData(classes);
    }

    private static void AppendTargets(IncrementalHash hash, IDataset split)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(word, (int)split.Labels);
        BinaryPrimitives.WriteInt32LittleEndian(word[4..], split.TargetCount);
        hash.AppendData(word);
        for (int i = 0; i < split.Count; i++)
        {
            foreach (float target in split.Targets(i))
            {
                BinaryPrimitives.WriteSingleLittleEndian(word, target);
                hash.AppendData(word[..4]);
            }
        }
    }
}
