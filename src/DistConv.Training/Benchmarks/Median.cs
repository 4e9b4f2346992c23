namespace DistConv.Training.Benchmarks;

/// <summary>The median of measurements.</summary>
public static class Median
{
    /// <summary>The value in the middle; of an even number the upper of the two.</summary>
    /// <param name="values">At least one.</param>
    /// <returns>The median.</returns>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
