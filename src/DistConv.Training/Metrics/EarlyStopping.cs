using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>
/// The best epoch of a job and whether it ends early: functions of the epochs' metrics, which snapshots keep, so a resumed run decides the same. Measured by
/// the validation loss if the job has validation samples, otherwise by the held-out loss; the latter chooses on test data, so the test result of the chosen
/// epoch is an optimistic one.
/// </summary>
public static class EarlyStopping
{
    /// <summary>What is measured.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>"validation loss" or "held-out loss".</returns>
    public static string Metric(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.ValidationSamples > 0 ? "validation loss" : "held-out loss";
    }

    /// <summary>The epoch with the lowest loss; of equal ones the first. A loss that is not a number is never the lowest.</summary>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Null before the first.</returns>
    public static EpochMetrics? Best(IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        EpochMetrics? best = null;
        foreach (EpochMetrics epoch in epochs)
        {
            if (Loss(epoch) < (best is null ? double.PositiveInfinity : Loss(best))) best = epoch;
        }

        return best;
    }

    /// <summary>The epoch that people are told is the best: the one with the lowest loss, if the network then knew more than a guess.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Null before the first, and while no epoch was better than guessing.</returns>
    public static EpochMetrics? Best(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) =>
        Best(epochs) is { } best && Divergence.IsBetterThanGuessing(spec, epochs, Loss(best)) ? best : null;

    /// <summary>Whether the last <see cref="JobSpec.EarlyStopPatience"/> epochs brought no lower loss.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>Whether the job ends with the last of them.</returns>
    public static bool IsOver(JobSpec spec, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.EarlyStopPatience is { } patience && epochs.Count - (Best(epochs)?.Epoch ?? 0) >= patience;
    }

    /// <summary>Why a job ended before its last step.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>A line for people; null if it did not.</returns>
    public static string? Reason(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) =>
        IsOver(spec, epochs) && epochs[^1].Step < spec.TotalSteps
            ? $"stopped early after epoch {epochs.Count}: the {Metric(spec)} has not been lower since epoch {Best(epochs)?.Epoch ?? 0}"
            : null;

    /// <summary>The loss that is measured.</summary>
    /// <param name="epoch">An epoch.</param>
    /// <returns>The validation loss, or without validation samples the held-out loss.</returns>
    internal static double Loss(EpochMetrics epoch) => epoch.ValidationLoss ?? epoch.TestLoss;
}
