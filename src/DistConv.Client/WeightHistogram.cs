namespace DistConv.Client;

/// <summary>How values are distributed over ranges of one width.</summary>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
/// <param name="Counts">How many values are in each range.</param>
internal sealed record WeightHistogram(float Min, float Max, IReadOnlyList<int> Counts)
{
    private const int Ranges = 64;

    /// <summary>Counts values.</summary>
    /// <param name="values">At least one, all finite.</param>
    /// <returns>64 ranges from the smallest to the largest; equal values are all in the first.</returns>
    public static WeightHistogram Of(ReadOnlySpan<float> values)
    {
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        foreach (float value in values)
        {
            if (value < min) min = value;
            if (value > max) max = value;
        }

        int[] counts = new int[Ranges];
        double width = ((double)max - min) / Ranges;
        foreach (float value in values) counts[width > 0 ? int.Min(Ranges - 1, (int)((value - (double)min) / width)) : 0]++;
        return new WeightHistogram(min, max, counts);
    }
}
