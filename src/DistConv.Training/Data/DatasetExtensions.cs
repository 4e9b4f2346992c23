namespace DistConv.Training.Data;

/// <summary>Small questions about a data set.</summary>
public static class DatasetExtensions
{
    /// <summary>How many samples each class has.</summary>
    /// <param name="dataset">One split.</param>
    /// <returns>A count for each class, 0 … ClassCount − 1; they add up to the number of samples.</returns>
    public static int[] ClassCounts(this IDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var counts = new int[dataset.ClassCount];
        for (int i = 0; i < dataset.Count; i++)
            counts[dataset.Label(i)]++;
        return counts;
    }
}
