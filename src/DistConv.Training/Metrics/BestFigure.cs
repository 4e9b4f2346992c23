using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>
/// The figure by which epochs are better or worse, see <see cref="JobSpec.BestBy"/>: that of the validation samples if the job has any, otherwise that of the
/// held-out split.
/// </summary>
public static class BestFigure
{
    /// <summary>What is measured.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>"validation loss", "held-out accuracy" and the like.</returns>
    public static string Describe(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        string figure = spec.BestBy switch
        {
            BestBySettings.Auc => "AUC",
            BestBySettings.MeanAbsoluteError => "mean absolute error",
            var name => name ?? BestBySettings.Loss,
        };
        return $"{(spec.ValidationSamples > 0 ? "validation" : "held-out")} {figure}";
    }

    /// <summary>In which direction a better epoch lies.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>"lower" or "higher".</returns>
    public static string Better(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return IsRising(spec.BestBy) ? "higher" : "lower";
    }

    /// <summary>The best epoch; of equal ones the first. A figure that is not a number, or was not measured, is never the best.</summary>
    /// <param name="by">See <see cref="JobSpec.BestBy"/>.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Null before the first.</returns>
    public static EpochMetrics? Best(string? by, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        EpochMetrics? best = null;
        foreach (EpochMetrics epoch in epochs)
        {
            if (Cost(by, epoch) < (best is null ? double.PositiveInfinity : Cost(by, best))) best = epoch;
        }

        return best;
    }

    /// <summary>The steps at which the best epochs ended: those of the snapshots that stay.</summary>
    /// <param name="spec">The job; see <see cref="JobSpec.KeepBest"/>.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>One step, or as many as are kept.</returns>
    internal static HashSet<long> KeptSteps(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) =>
    [
        .. epochs.Where(epoch => Cost(spec.BestBy, epoch) < double.PositiveInfinity)
            .OrderBy(epoch => Cost(spec.BestBy, epoch)).ThenBy(epoch => epoch.Epoch).Take(spec.KeepBest ?? 1).Select(epoch => epoch.Step),
    ];

    /// <summary>Whether an epoch's figure says that the network knew more than a guess. A mean absolute error has no scale: it always does.</summary>
    internal static bool IsBetterThanGuessing(JobSpec spec, IReadOnlyList<EpochMetrics> epochs, EpochMetrics epoch) => spec.BestBy switch
    {
        BestBySettings.Accuracy => spec.Labels != Data.LabelKind.Class || -Cost(spec.BestBy, epoch) > 1.0 / spec.Plan().Classes,
        BestBySettings.Auc => -Cost(spec.BestBy, epoch) > 0.5,
        BestBySettings.MeanAbsoluteError => true,
        _ => Divergence.IsBetterThanGuessing(spec, epochs, Cost(spec.BestBy, epoch)),
    };

    /// <summary>A number that is the smaller the better the epoch is.</summary>
    private static double Cost(string? by, EpochMetrics epoch)
    {
        bool isValidated = epoch.ValidationLoss is not null;
        double figure = by switch
        {
            BestBySettings.Accuracy => (isValidated ? epoch.ValidationAccuracy : epoch.TestAccuracy) ?? double.NaN,
            BestBySettings.Auc => (isValidated ? epoch.ValidationAuc : epoch.TestAuc) ?? double.NaN,
            BestBySettings.MeanAbsoluteError => (isValidated ? epoch.ValidationMeanAbsoluteError : epoch.TestMeanAbsoluteError) ?? double.NaN,
            _ => EarlyStopping.Loss(epoch),
        };
        return IsRising(by) ? -figure : figure;
    }

    private static bool IsRising(string? by) => by is BestBySettings.Accuracy or BestBySettings.Auc;
}
