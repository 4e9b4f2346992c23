using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Cli.Progress;

/// <summary>The lines that people watch while a job trains.</summary>
internal static class ProgressText
{
    /// <summary>Steps of the current epoch that are done; 0 when nothing is known of it yet.</summary>
    public static long StepInEpoch(JobStatus status) => status.StepsPerEpoch > 0 ? status.Step % status.StepsPerEpoch : 0;

    /// <summary>Steps of the current epoch: fewer than the others have when the job ends within it.</summary>
    public static long StepsOfEpoch(JobStatus status) =>
        long.Min(status.StepsPerEpoch, status.TotalSteps - ((status.Epoch - 1L) * status.StepsPerEpoch));

    /// <summary>"epoch 1/2  step 120/469  loss 0.2301  accuracy 93.1 %  4,120 samples/s  0:14 left".</summary>
    /// <param name="status">Where the job stands.</param>
    /// <param name="figures">Which figures it has.</param>
    public static string Step(JobStatus status, JobFigures figures)
    {
        List<string> parts =
        [
            $"epoch {status.Epoch}/{status.EpochCount}",
            $"step {StepInEpoch(status)}/{StepsOfEpoch(status)}",
            $"loss {Format.Loss(status.Loss)}",
        ];
        if (figures.Accuracy is { } accuracy) parts.Add($"{accuracy} {Format.Percent(status.Accuracy)}");
        if (status.LearningRate != 0) parts.Add($"lr {Format.LearningRate(status.LearningRate)}");
        if (status.SamplesPerSecond > 0)
        {
            parts.Add($"{Format.Count(status.SamplesPerSecond)} samples/s");
            if (double.IsFinite(status.RemainingSeconds)) parts.Add($"{Format.Duration(status.RemainingSeconds)} left");
        }

        return string.Join("  ", parts);
    }

    /// <summary>"epoch 1/2 ends  held-out loss 0.0712  accuracy 97.81 %  (training 0.2301, 93.1 %)  0:16".</summary>
    /// <param name="epoch">What the epoch measured.</param>
    /// <param name="epochCount">Epochs of the job.</param>
    /// <param name="figures">Which figures the job has.</param>
    public static string Epoch(EpochMetrics epoch, int epochCount, JobFigures figures) =>
        $"epoch {epoch.Epoch}/{epochCount} ends  held-out loss {Format.Loss(epoch.TestLoss)}"
        + (figures.Accuracy is { } accuracy ? $"  {accuracy} {Format.Percent(epoch.TestAccuracy, 2)}" : "")
        + (epoch.TestAuc is { } auc ? $"  AUC {HeldOutText.Area(auc)}" : "")
        + (epoch.TestMeanAbsoluteError is { } error ? $"  mean absolute error {Format.Loss(error)}" : "")
        + (epoch.ValidationLoss is { } loss ? $"  validation {Format.Loss(loss)}{Share(epoch.ValidationAccuracy ?? 0, 2, figures)}" : "")
        + $"  (training {Format.Loss(epoch.TrainLoss)}{Share(epoch.TrainAccuracy, 1, figures)})  {Format.Duration(epoch.Seconds)}";

    /// <summary>Whether an epoch used every sample exactly once, checked here against what the digest must be.</summary>
    /// <param name="epoch">What the epoch measured.</param>
    /// <param name="complete">Whether it ended with its last step; otherwise the job ended within it.</param>
    /// <param name="expected">The proof of each sample once.</param>
    /// <param name="oversampled">How many samples the virtual ones of an epoch are made of; null: the epoch has each sample once.</param>
    /// <param name="line">What to say.</param>
    /// <returns>False if it did not.</returns>
    public static bool Coverage(EpochMetrics epoch, bool complete, CoverageProof expected, int? oversampled, out string line)
    {
        string samples = oversampled is { } real ? $"virtual samples (oversampled from {real:N0})" : "samples";
        if (!complete)
        {
            line = $"  the job ends within this epoch, after {epoch.SamplesUsed:N0} of its {expected.Count:N0} {samples}";
            return true;
        }

        bool proven = epoch.SamplesUsed == expected.Count && epoch.CoverageDigest == expected.ToString();
        line = proven
            ? $"  every one of {expected.Count:N0} {samples} used exactly once (proof {epoch.CoverageDigest})"
            : $"epoch {epoch.Epoch} did not use every sample exactly once: its proof is {epoch.CoverageDigest} over {epoch.SamplesUsed:N0} samples, and "
                + $"should be {expected}";
        return proven;
    }

    private static string Share(double accuracy, int decimals, JobFigures figures) =>
        figures.Accuracy is null ? "" : $", {Format.Percent(accuracy, decimals)}";
}
