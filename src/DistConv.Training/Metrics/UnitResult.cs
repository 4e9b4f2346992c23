namespace DistConv.Training.Metrics;

/// <summary>What an evaluation found of one output of several labels or numbers.</summary>
public sealed record UnitResult
{
    /// <summary>Of a label: see <see cref="AreaUnderCurve"/>; null of numbers, and if all samples have it or none.</summary>
    public double? Auc { get; init; }

    /// <summary>Of a model of numbers: the mean distance between output and target.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>Of a label: precision, recall and F1, where an output above ½ (of numbers: a value) is taken for it.</summary>
    public ClassScore? Score { get; init; }
}
