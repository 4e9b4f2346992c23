using DistConv.Core;
using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Idx;

/// <summary>Reads both splits of a data set in MNIST's layout and proves that they belong together.</summary>
internal static class IdxSource
{
    /// <summary>Reads a data set.</summary>
    /// <param name="name">Its name, for the job specification.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="classCount">How many classes it has; null: as many as its labels tell (see <see cref="IdxClasses"/>), at most 256.</param>
    /// <param name="isTransposed">Whether rows and columns change places.</param>
    /// <param name="note">Gets a line about what is not as usual; null: nobody reads it.</param>
    /// <returns>Both splits, with the fingerprint that <see cref="DataFingerprint"/> defines.</returns>
    /// <exception cref="InvalidInputException">A file is damaged, or the files do not fit each other.</exception>
    public static DataSource Load(string name, IdxFolder files, int? classCount, bool isTransposed = false, Action<string>? note = null)
    {
        var (trainImages, trainLabels) = ReadSplit(files.TrainImages, files.TrainLabels, scale: null);
        var (testImages, testLabels) = ReadSplit(files.TestImages, files.TestLabels, trainImages.Scale);
        if (trainImages.Shape != testImages.Shape)
        {
            throw new InvalidInputException(
                $"'{files.TrainImages}' has images of {Text(trainImages.Shape)}, and "
                + $"'{files.TestImages}' of {Text(testImages.Shape)}; both splits need one size");
        }

        foreach (string line in trainImages.Notes.Union(testImages.Notes)) note?.Invoke(line);
        if (isTransposed) (trainImages, testImages) = (trainImages.Transpose(), testImages.Transpose());
        else if (files.IsEmnist) note?.Invoke("EMNIST's pictures are stored transposed; they stand upright after a transposition");
        LabelKind kind = KindOf(files, trainLabels, testLabels);
        if (classCount is { } limit)
        {
            if (kind != LabelKind.Class)
                throw new InvalidInputException($"'{files.TrainLabels}' has several numbers or fractions for a sample, but data set '{name}' has classes");
            CheckLabels(files.TrainLabels, trainLabels.Classes, limit);
            CheckLabels(files.TestLabels, testLabels.Classes, limit);
        }

        IdxClasses? classes = kind != LabelKind.Class ? null
            : classCount is { } count ? new IdxClasses(count, 0) : IdxClasses.Of(trainLabels.Classes, testLabels.Classes, note);
        MemoryDataset train = Split(trainImages, trainLabels, kind, classes), test = Split(testImages, testLabels, kind, classes);
        return new DataSource(name, train, test, DataFingerprint.Of(train, test)) { ClassNames = classes?.Names };
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

    private static string Text(TensorShape shape) =>
        shape.Channels == 1 ? $"{shape.Height} × {shape.Width}" : $"{shape.Height} × {shape.Width} × {shape.Channels}";

    private static MemoryDataset Split(IdxImages images, IdxLabels labels, LabelKind kind, IdxClasses? classes) => classes is not null
        ? new MemoryDataset(images.Shape, images.Pixels, classes.Apply(labels.Classes), classes.Count)
        : new MemoryDataset(images.Shape, images.Pixels, kind, labels.Targets, labels.TargetCount);

    private static (IdxImages Images, IdxLabels Labels) ReadSplit(string imagePath, string labelPath, IdxScale? scale)
    {
        IdxLabels labels = IdxLabels.Read(labelPath);
        IdxImages images = IdxFile.ReadImages(imagePath, scale);
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
