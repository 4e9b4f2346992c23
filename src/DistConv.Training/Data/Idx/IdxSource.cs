using DistConv.Core;
using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Idx;

/// <summary>Reads both splits of a data set in MNIST's layout and proves that they belong together.</summary>
internal static class IdxSource
{
    /// <summary>Reads a data set.</summary>
    /// <param name="name">Its name, for the job specification.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="classCount">How many classes it has; null: the largest label + 1 (labels are bytes, so at most 256).</param>
    /// <returns>Both splits, with the fingerprint that <see cref="DataFingerprint"/> defines.</returns>
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

        MemoryDataset train = Split(trainImages, trainLabels, classes), test = Split(testImages, testLabels, classes);
        return new DataSource(name, train, test, DataFingerprint.Of(train, test));
    }

    private static MemoryDataset Split(IdxImages images, byte[] labels, int classes) =>
        new(new TensorShape(images.Rows, images.Columns, 1), images.Pixels, labels, classes);

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
}
