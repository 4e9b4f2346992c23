using System.Security.Cryptography;
using System.Text;
using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Files;
using Microsoft.Win32.SafeHandles;

namespace DistConv.Images.Folders;

/// <summary>
/// Decoded pictures, kept for the next run: CACHE/images/NAME-HASH.tensors, one file for a folder's path and options. It holds the listing's key, so a file
/// that was added, removed, renamed or changed (by length or time) makes it worthless, the tensors' fingerprint, and a checksum of each picture. What fits into
/// memory is read and compared with the fingerprint; the pictures of a larger set stay in the file, and are compared with their checksums when they are read.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="key">The key of the listing.</param>
internal sealed class TensorCache(string path, string key)
{
    private const string What = "cache of decoded pictures";

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

    /// <summary>Opens what is kept.</summary>
    /// <param name="memoryBytes">How many bytes of pictures may be in memory; more stay in the file.</param>
    /// <returns>The tensors and their fingerprint; null if there are none, of another listing, or damaged.</returns>
    public (DecodedImages Images, string Fingerprint)? TryOpen(long memoryBytes)
    {
        SafeFileHandle? kept = null;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (TensorFileIndex.TryRead(stream, key) is not { } index || index.ValidationCount < 0) return null;
            if (index.Splits.Sum(split => split.Bytes) <= memoryBytes && index.Splits.All(split => split.Bytes <= Array.MaxLength))
            {
                DecodedImages all = Images(index, [.. index.Splits.Select(split => ReadAll(stream, split))]);
                return DataFingerprint.Of(all.Train, all.Test) == index.Fingerprint ? (all, index.Fingerprint) : null;
            }

            // By position, in the order of samples: the system would read ahead what nobody asks for.
            kept = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
            long window = memoryBytes / index.Splits.Count;
            return (Images(index, [.. index.Splits.Select(split => split.Open(kept, path, window))]), index.Fingerprint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException or OverflowException)
        {
            kept?.Dispose();
            return null; // Missing or damaged: the pictures are decoded again.
        }
    }

    /// <summary>Keeps tensors that are in memory.</summary>
    /// <param name="images">The tensors.</param>
    /// <exception cref="InvalidInputException">They cannot be written.</exception>
    public void Write(DecodedImages images) => OutputFile.Write(path, What, stream =>
    {
        TensorFileWriter writer = new((FileStream)stream, key);
        writer.Begin();
        foreach (IDataset split in (ReadOnlySpan<IDataset>)[images.Train, images.Test])
        {
            for (int i = 0; i < split.Count; i++) writer.Append(split.Image(i));
            writer.EndSplit(split.Shape, LabelsOf(split));
        }

        writer.End(images.ValidationCount, images.Skipped);
    });

    /// <summary>Decodes pictures that do not fit into memory, right into the file.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <exception cref="InvalidInputException">Pictures cannot be read, or the file cannot be written.</exception>
    public void Write(ImageDecoder decoder)
    {
        try
        {
            OutputFile.Write(path, What, stream =>
            {
                TensorFileWriter writer = new((FileStream)stream, key);
                writer.Begin();
                decoder.Run(writer);
            });
        }
        catch (InvalidInputException e) when (e.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"{e.Message}; the decoded pictures take {decoder.Bytes >> 20:N0} MB, more than the memory for them: make room, set another cache "
                    + "directory or a smaller image size, or allow more memory for data", e);
        }
    }

    private static DecodedImages Images(TensorFileIndex index, IDataset[] splits) => new(splits[0], splits[1], index.ValidationCount, index.Skipped);

    private static MemoryDataset ReadAll(FileStream stream, TensorFileSplit split)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>((int)split.Bytes);
        stream.Position = split.Offset;
        stream.ReadExactly(pixels);
        return InMemory(pixels, split);
    }

    private static MemoryDataset InMemory(byte[] pixels, TensorFileSplit split) => split.Labels.Kind == LabelKind.Class
        ? new MemoryDataset(split.Shape, pixels, split.Labels.Classes, split.Labels.ClassCount)
        : new MemoryDataset(split.Shape, pixels, split.Labels.Kind, split.Labels.Targets, split.Labels.TargetCount);

    private static SampleLabels LabelsOf(IDataset split)
    {
        if (split.Labels == LabelKind.Class)
            return SampleLabels.OfClasses([.. Enumerable.Range(0, split.Count).Select(i => (byte)split.Label(i))], split.ClassCount);
        float[] targets = [.. Enumerable.Range(0, split.Count).SelectMany(i => split.Targets(i).ToArray())];
        return SampleLabels.OfTargets(split.Labels, targets, split.TargetCount);
    }
}
