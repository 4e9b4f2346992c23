namespace DistConv.Training.Metrics;

/// <summary>How many samples of each class were taken for which one. The sum of the diagonal, divided by the number of samples, is the accuracy.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>Counts outcomes.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="outcomes">The samples.</param>
    public ConfusionMatrix(int classes, IEnumerable<SampleOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        _counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach (SampleOutcome outcome in outcomes) _counts[outcome.Label][outcome.Predicted]++;
    }

    /// <summary>Number of classes.</summary>
    public int Classes => _counts.Length;

    /// <summary>Number of samples.</summary>
    public int Samples => _counts.Sum(row => row.Sum());

    /// <summary>Number that are classified rightly.</summary>
    public int Correct => Enumerable.Range(0, Classes).Sum(label => _counts[label][label]);

    /// <summary>The samples of a class by what they were taken for.</summary>
    /// <param name="label">The class.</param>
    /// <returns>A count for each class.</returns>
    public IReadOnlyList<int> Row(int label) => _counts[label];

    /// <summary>Scores of a class.</summary>
    /// <param name="label">The class.</param>
    /// <returns>Its scores.</returns>
    public ClassScore Score(int label)
    {
        int hits = _counts[label][label], support = _counts[label].Sum(), predicted = _counts.Sum(row => row[label]);
        return new ClassScore((double)hits / predicted, (double)hits / support, 2.0 * hits / (support + predicted), support);
    }
}

/// <summary>How well one class is told from the others. A score whose divisor is zero is NaN.</summary>
/// <param name="Precision">Share of what was taken for the class that is of it.</param>
/// <param name="Recall">Share of the class that was taken for it.</param>
/// <param name="F1">Harmonic mean of the two: 2 · hits / (samples of the class + samples taken for it).</param>
/// <param name="Support">Samples of the class.</param>
public readonly record struct ClassScore(double Precision, double Recall, double F1, int Support);
