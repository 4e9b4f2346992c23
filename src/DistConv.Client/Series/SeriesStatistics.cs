namespace DistConv.Client.Series;

/// <summary>What several jobs measured of the same thing.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Mean">Σx / n.</param>
/// <param name="StandardDeviation">√(Σ(x − mean)² / (n − 1)), the estimate from a sample; null of a single value.</param>
internal sealed record SeriesStatistics(int Count, double Mean, double? StandardDeviation)
{
    /// <summary>Of some values, in their order.</summary>
    /// <param name="values">The values.</param>
    /// <returns>Null if there are none.</returns>
    public static SeriesStatistics? Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return null;
        double mean = values.Sum() / values.Count;
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new SeriesStatistics(values.Count, mean, values.Count == 1 ? null : Math.Sqrt(squares / (values.Count - 1)));
    }
}
