namespace DistConv.Training.Metrics;

/// <summary>Sums over the samples of one step, or of a part of it: sums and counts travel, not means (docs/numerics.md, rule 8).</summary>
/// <param name="Samples">Number of samples.</param>
/// <param name="LossSum">Sum of their cross-entropies, in natural units.</param>
/// <param name="Correct">How many were classified rightly, with dropout active in training.</param>
public readonly record struct StepTotals(int Samples, double LossSum, int Correct)
{
    /// <summary>Sums over two parts.</summary>
    /// <param name="left">One part.</param>
    /// <param name="right">The other.</param>
    /// <returns>Their sums, left + right.</returns>
    public static StepTotals operator +(StepTotals left, StepTotals right) => Add(left, right);

    /// <inheritdoc cref="op_Addition"/>
    public static StepTotals Add(StepTotals left, StepTotals right) =>
        new(left.Samples + right.Samples, left.LossSum + right.LossSum, left.Correct + right.Correct);
}
