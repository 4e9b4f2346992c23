using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>
/// The best epoch of a job and whether it ends early: functions of the epochs' metrics, which snapshots keep, so a resumed run decides the same. Measured by
/// the job's figure (see <see cref="BestFigure"/>), its loss by default, over the validation samples if it has any, otherwise over the held-out split; the
/// latter chooses on test data, so the test result of the chosen epoch is an optimistic one.
/// </summary>
public static class EarlyStopping
{
    /// <summary>What is measured.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>"validation loss", "held-out accuracy" and the like.</returns>
    public static string Metric(JobSpec spec) => BestFigure.Describe(spec);

    /// <summary>The epoch with the lowest loss; of equal ones the first. A loss that is not a number is never the lowest.</summary>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Null before the first.</returns>
    public static EpochMetrics? Best(IReadOnlyList<EpochMetrics> epochs) => BestFigure.Best(BestBySettings.Loss, epochs);

    /// <summary>The epoch that people are told is the best: the one with the best figure (see <see cref="BestFigure"/>), if the network then knew more than a
    /// guess.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Null before the first, and while no epoch was better than guessing.</returns>
    public static EpochMetrics? Best(JobSpec spec, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return BestFigure.Best(spec.BestBy, epochs) is { } best && BestFigure.IsBetterThanGuessing(spec, epochs, best) ? best : null;
    }

    /// <summary>Whether the last <see cref="JobSpec.EarlyStopPatience"/> epochs brought no better figure.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Whether the job ends with the last of them.</returns>
    public static bool IsOver(JobSpec spec, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.EarlyStopPatience is { } patience && epochs.Count - (BestFigure.Best(spec.BestBy, epochs)?.Epoch ?? 0) >= patience;
    }

    /// <summary>Why a job ended before its last step.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>A line for people; null if it did not.</returns>
    public static string? Reason(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) =>
        IsOver(spec, epochs) && epochs[^1].Step < spec.TotalSteps
            ? $"stopped early after epoch {epochs.Count}: {Standstill(spec, epochs)}"
            : null;

    /// <summary>Since when the figure has not been better: "the held-out loss has not been lower since epoch 3".</summary>
    internal static string Standstill(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) =>
        $"the {Metric(spec)} has not been {BestFigure.Better(spec)} since epoch {BestFigure.Best(spec.BestBy, epochs)?.Epoch ?? 0}";

    /// <summary>The loss that is measured.</summary>
    /// <param name="epoch">An epoch.</param>
    /// <returns>The validation loss, or without validation samples the held-out loss.</returns>
    internal static double Loss(EpochMetrics epoch) => epoch.ValidationLoss ?? epoch.TestLoss;
}
