namespace DistConv.Chaos.Harness;

/// <summary>Durations in seconds, summed up.</summary>
/// <param name="Count">How many.</param>
/// <param name="Median">The middle one, or the mean of the two in the middle.</param>
/// <param name="P90">The smallest that is not exceeded by nine in ten.</param>
/// <param name="Max">The longest.</param>
internal sealed record Distribution(int Count, double Median, double P90, double Max)
{
    /// <summary>Sums up.</summary>
    /// <param name="seconds">At least one.</param>
    public static Distribution Of(IReadOnlyCollection<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length);
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return new Distribution(sorted.Length, median, sorted[(int)double.Ceiling(0.9 * sorted.Length) - 1], sorted[^1]);
    }
}
