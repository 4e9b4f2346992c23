using System.Buffers.Binary;
using System.Security.Cryptography;
using DistConv.Core;

namespace DistConv.Training.Data.Idx;

/// <summary>Reads both splits of a data set in MNIST's layout and proves that they belong together.</summary>
internal static class IdxSource
{
    /// <summary>Reads a data set.</summary>
    /// <param name="name">Its name, for the job specification.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="classCount">How many classes it has; null: the largest label + 1 (labels are bytes, so at most 256).</param>
    /// <returns>Both splits. The fingerprint is SHA-256 over: for the training split, then the held-out split: count, rows, columns and channels (= 1) as
    /// little-endian 32-bit integers, all image bytes, all label bytes. It does not depend on packing or file names.</returns>
    /// <exception cref="InvalidInputException">A file is damaged, or the files do not fit each other.</exception>
    public static DataSource Load(string name, IdxFolder files, int? classCount)
    {
        var (trainImages, trainLabels) = ReadSplit(files.TrainImages, files.TrainLabels);
        var (testImages, testLabels) = ReadSplit(files.TestImages, files.TestLabels);
        if (trainImages.Rows != testImages.Rows || trainImages.Columns != testImages.Columns)
        {
            throw new InvalidInputException(
                $"'{files.TrainImages}' has images of {trainImages.Rows} × {trainImages.Columns}, and "
                + $"'{files.TestImages}' of {testImages.Rows} × {testImages.Columns}; both splits need one size");
        }

        if (classCount is { } limit)
        {
            CheckLabels(files.TrainLabels, trainLabels, limit);
            CheckLabels(files.TestLabels, testLabels, limit);
        }

        int classes = classCount ?? 1 + Math.Max(trainLabels.Max(), testLabels.Max());

        return new DataSource(
            name,
            new IdxDataset(trainImages, trainLabels, classes),
            new IdxDataset(testImages, testLabels, classes),
            Fingerprint((trainImages, trainLabels), (testImages, testLabels)));
    }

    private static (IdxImages Images, byte[] Labels) ReadSplit(string imagePath, string labelPath)
    {
        byte[] labels = IdxFile.ReadLabels(labelPath);
        IdxImages images = IdxFile.ReadImages(imagePath);
        if (images.Count != labels.Length)
            throw new InvalidInputException($"'{imagePath}' has {images.Count} images, and '{labelPath}' has {labels.Length} labels; the counts must be equal");
        return (images, labels);
    }

    private static void CheckLabels(string path, byte[] labels, int classCount)
    {
        int bad = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        if (bad >= 0)
            throw new InvalidInputException($"'{path}' has the label {labels[bad]} at sample {bad}; labels must be 0 to {classCount - 1}");
    }

    private static string Fingerprint(params ReadOnlySpan<(IdxImages Images, byte[] Labels)> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[16];
        foreach (var (images, labels) in splits)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header, images.Count);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], images.Rows);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], images.Columns);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], 1);
            hash.AppendData(header);
            hash.AppendData(images.Pixels);
            hash.AppendData(labels);
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
