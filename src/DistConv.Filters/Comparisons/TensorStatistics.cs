namespace DistConv.Filters.Comparisons;

/// <summary>A tensor's values in numbers.</summary>
/// <param name="Mean">Σ wᵢ / n.</param>
/// <param name="StandardDeviation">√(Σ (wᵢ − mean)² / n).</param>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
/// <param name="Norm">√(Σ wᵢ²).</param>
/// <param name="Zeros">Share of values that are exactly zero, 0 … 1.</param>
/// <param name="Moved">√(Σ (wᵢ − uᵢ)²), where u is what training began with; null if that is not known.</param>
/// <param name="InitialNorm">√(Σ uᵢ²); null likewise.</param>
public sealed record TensorStatistics(
    double Mean, double StandardDeviation, float Min, float Max, double Norm, double Zeros, double? Moved, double? InitialNorm)
{
    /// <summary>How far from where training began, against how large that was; null if that is not known, or was zero.</summary>
    public double? RelativelyMoved => InitialNorm > 0 ? Moved / InitialNorm : null;

    /// <summary>Measures a tensor.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="initial">As many values, with which training began; empty: not known.</param>
    /// <returns>The numbers.</returns>
    public static TensorStatistics Of(ReadOnlySpan<float> values, ReadOnlySpan<float> initial)
    {
        double sum = 0, squares = 0, deviations = 0, moved = 0, initialSquares = 0;
        float min = values[0], max = values[0];
        int zeros = 0;
        foreach (float value in values)
        {
            sum += value;
            squares += (double)value * value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            if (value == 0) zeros++;
        }

        double mean = sum / values.Length;
        foreach (float value in values) deviations += (value - mean) * (value - mean);
        for (int i = 0; i < initial.Length; i++)
        {
            double delta = (double)values[i] - initial[i];
            moved += delta * delta;
            initialSquares += (double)initial[i] * initial[i];
        }

        bool known = !initial.IsEmpty;
        return new TensorStatistics(
            mean, Math.Sqrt(deviations / values.Length), min, max, Math.Sqrt(squares), (double)zeros / values.Length,
            known ? Math.Sqrt(moved) : null, known ? Math.Sqrt(initialSquares) : null);
    }
}
