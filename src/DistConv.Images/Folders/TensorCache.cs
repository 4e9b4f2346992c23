using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using DistConv.Training.Files;

namespace DistConv.Images.Folders;

/// <summary>
/// Decoded pictures, kept for the next run: CACHE/images/NAME-HASH.tensors, one file for a folder's path and options. It holds the listing's key, so a file
/// that was added, removed, renamed or changed (by length or time) makes it worthless, and the tensors' fingerprint, which is compared at each reading.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="key">The key of the listing.</param>
internal sealed class TensorCache(string path, string key)
{
    private const string Magic = "DistConv tensors 3", MagicWithTargets = "DistConv tensors 4";

    /// <summary>The cache of a folder.</summary>
    public static TensorCache Of(string cacheDirectory, ImageListing listing, ImageFolderOptions how)
    {
        string options = how.ToName("");
        string place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(listing.Root)}\n{options}")))[..16];
        string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(listing.Root)));
        return new TensorCache(Path.Combine(cacheDirectory, "images", $"{folder}-{place}.tensors"), listing.Key(options));
    }

    /// <summary>What was found out about the folder's pictures, if these are options that leave something to them.</summary>
    public ResolvedOptions Resolved { get; } = new(path, key);

    /// <summary>Reads what is kept.</summary>
    /// <returns>The tensors and their fingerprint; null if there are none, of another listing, or damaged.</returns>
    public (DecodedImages Images, string Fingerprint)? TryRead()
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using BinaryReader reader = new(stream);
            string magic = reader.ReadString();
            if (magic is not (Magic or MagicWithTargets) || reader.ReadString() != key) return null;
            string fingerprint = reader.ReadString();
            int validation = reader.ReadInt32();
            string[] skipped = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
            bool hasTargets = magic == MagicWithTargets;
            MemoryDataset? train = ReadSplit(reader, hasTargets), test = ReadSplit(reader, hasTargets);
            return train is not null && test is not null && validation >= 0 && validation <= train.Count && stream.Position == stream.Length
                && DataFingerprint.Of(train, test) == fingerprint
                ? (new DecodedImages(train, test, validation, skipped), fingerprint)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null; // Missing or damaged: the pictures are decoded again.
        }
    }

    /// <summary>Keeps tensors.</summary>
    /// <exception cref="InvalidInputException">They cannot be written.</exception>
    public void Write(DecodedImages images, string fingerprint) => OutputFile.Write(path, "cache of decoded pictures", stream =>
    {
        using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
        bool hasTargets = images.Train.TargetCount > 0;
        writer.Write(hasTargets ? MagicWithTargets : Magic);
        writer.Write(key);
        writer.Write(fingerprint);
        writer.Write(images.ValidationCount);
        writer.Write(images.Skipped.Count);
        foreach (string line in images.Skipped) writer.Write(line);
        foreach (MemoryDataset split in (ReadOnlySpan<MemoryDataset>)[images.Train, images.Test])
        {
            foreach (int number in (
                ReadOnlySpan<int>)[split.Shape.Height, split.Shape.Width, split.Shape.Channels, split.ClassCount, split.Count]) writer.Write(number);
            if (hasTargets) writer.Write((int)split.Labels);
            if (hasTargets) writer.Write(split.TargetCount);
            if (hasTargets) writer.Write(MemoryMarshal.AsBytes(split.AllTargets));
            else writer.Write(split.ClassLabels);
            writer.Write(split.Pixels);
        }
    });

    private static MemoryDataset? ReadSplit(BinaryReader reader, bool hasTargets)
    {
        TensorShape shape = new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        int classes = reader.ReadInt32(), count = reader.ReadInt32();
        long left = reader.BaseStream.Length - reader.BaseStream.Position;

        // The fingerprint has not been compared yet: no number is believed.
        if (shape.Height < 1 || shape.Width < 1 || shape.Channels is not (1 or 3) || count < 1 || ((long)shape.Height * shape.Width)
            + 1 > left / count) return null;
        int kind = hasTargets ? reader.ReadInt32() : 0, targetCount = hasTargets ? reader.ReadInt32() : 0;
        if (hasTargets && (kind is not ((int)LabelKind.Several or (int)LabelKind.Numbers) || targetCount < 1 || targetCount > left / count / 4)) return null;
        byte[] labels = new byte[hasTargets ? 0 : count], pixels = GC.AllocateUninitializedArray<byte>(checked(count * shape.Size));
        float[] targets = new float[count * targetCount];
        reader.BaseStream.ReadExactly(hasTargets ? MemoryMarshal.AsBytes(targets.AsSpan()) : labels);
        reader.BaseStream.ReadExactly(pixels);
        return hasTargets ? new MemoryDataset(shape, pixels, (LabelKind)kind, targets, targetCount) : new MemoryDataset(shape, pixels, labels, classes);
    }
}
