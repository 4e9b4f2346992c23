namespace DistConv.Training.Data;

/// <summary>Small questions about a data set.</summary>
public static class DatasetExtensions
{
    /// <summary>How many samples each class has, or each of several labels.</summary>
    /// <param name="dataset">One split.</param>
    /// <returns>A count for each class, 0 … ClassCount − 1; of classes they add up to the number of samples.</returns>
    public static int[] ClassCounts(this IDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.ClassCounts(0, dataset.Count);
    }

    /// <summary>As <see cref="ClassCounts(IDataset)"/>, of consecutive samples.</summary>
    /// <param name="dataset">One split.</param>
    /// <param name="first">The first sample.</param>
    /// <param name="count">How many samples.</param>
    /// <returns>A count for each class, 0 … ClassCount − 1.</returns>
    public static int[] ClassCounts(this IDataset dataset, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var counts = new int[dataset.ClassCount];
        for (int i = first; i < first + count && dataset.Labels == LabelKind.Class; i++)
            counts[dataset.Label(i)]++;
        for (int i = first; i < first + count && dataset.Labels == LabelKind.Several; i++)
        {
            ReadOnlySpan<float> targets = dataset.Targets(i);
            for (int label = 0; label < counts.Length; label++) counts[label] += targets[label] > 0.5f ? 1 : 0;
        }

        return counts;
    }

    /// <summary>"3 classes", "12 labels" or "2 numbers a sample".</summary>
    /// <param name="dataset">One split.</param>
    /// <returns>What its samples are labelled with.</returns>
    public static string LabelText(this IDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.Labels switch
        {
            LabelKind.Class => $"{dataset.ClassCount} classes",
            LabelKind.Several => $"{dataset.TargetCount} labels, any of which a sample may have",
            LabelKind.Numbers => $"{dataset.TargetCount} number{(dataset.TargetCount == 1 ? "" : "s")} a sample",
            _ => throw new InvalidOperationException($"no labels of the kind {dataset.Labels}"),
        };
    }
}
