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

        LabelKind kind = KindOf(files, trainLabels, testLabels);
        if (classCount is { } limit)
        {
            if (kind != LabelKind.Class)
                throw new InvalidInputException($"'{files.TrainLabels}' has several numbers or fractions for a sample, but data set '{name}' has classes");
            CheckLabels(files.TrainLabels, trainLabels.Classes, limit);
            CheckLabels(files.TestLabels, testLabels.Classes, limit);
        }

        int classes = kind != LabelKind.Class ? 0 : classCount ?? 1 + Math.Max(trainLabels.Classes.Max(), testLabels.Classes.Max());

        MemoryDataset train = Split(trainImages, trainLabels, kind, classes), test = Split(testImages, testLabels, kind, classes);
        return new DataSource(name, train, test, DataFingerprint.Of(train, test));
    }

    /// <summary>The kind of both splits: 0 and 1 alone in one of them are numbers if the other has more.</summary>
    private static LabelKind KindOf(IdxFolder files, IdxLabels train, IdxLabels test)
    {
        bool haveClasses = train.Kind == LabelKind.Class;
        if (haveClasses != (test.Kind == LabelKind.Class) || train.TargetCount != test.TargetCount)
        {
            throw new InvalidInputException(
                $"'{files.TrainLabels}' has {Text(train)} for each sample, and '{files.TestLabels}' has {Text(test)}; both splits need the same");
        }

        return train.Kind == test.Kind ? train.Kind : LabelKind.Numbers;
    }

    private static string Text(IdxLabels labels) => labels.Kind == LabelKind.Class ? "one class"
        : labels.TargetCount == 1 ? "one number" : $"{labels.TargetCount} numbers";

    private static MemoryDataset Split(IdxImages images, IdxLabels labels, LabelKind kind, int classes)
    {
        TensorShape shape = new(images.Rows, images.Columns, 1);
        return kind == LabelKind.Class
            ? new MemoryDataset(shape, images.Pixels, labels.Classes, classes)
            : new MemoryDataset(shape, images.Pixels, kind, labels.Targets, labels.TargetCount);
    }

    private static (IdxImages Images, IdxLabels Labels) ReadSplit(string imagePath, string labelPath)
    {
        IdxLabels labels = IdxLabels.Read(labelPath);
        IdxImages images = IdxFile.ReadImages(imagePath);
        if (images.Count != labels.Count)
            throw new InvalidInputException($"'{imagePath}' has {images.Count} images, and '{labelPath}' has {labels.Count} labels; the counts must be equal");
        return (images, labels);
    }

    private static void CheckLabels(string path, byte[] labels, int classCount)
    {
        int bad = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        if (bad >= 0)
            throw new InvalidInputException($"'{path}' has the label {labels[bad]} at sample {bad}; labels must be 0 to {classCount - 1}");
    }
}
