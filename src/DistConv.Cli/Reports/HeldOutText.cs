using DistConv.Cli.Output;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Cli.Reports;

/// <summary>What held-out samples measured, for people: what a model does not have is not said.</summary>
internal static class HeldOutText
{
    /// <summary>"0.0712, accuracy 97.81 %, AUC 0.9931"; of numbers "0.0712, mean absolute error 0.2101".</summary>
    /// <param name="spec">The job.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="accuracy">Share of samples that are classified correctly.</param>
    /// <param name="auc">The AUC, or null.</param>
    /// <param name="error">The mean absolute error, or null.</param>
    public static string Of(JobSpec spec, double loss, double accuracy, double? auc, double? error) => Format.Loss(loss)
        + (JobFigures.AccuracyOf(spec.Labels) is { } name ? $", {name} {Format.Percent(accuracy, 2)}" : "")
        + (auc is { } area ? $", AUC {Area(area)}" : "")
        + (error is { } distance ? $", mean absolute error {Format.Loss(distance)}" : "");

    /// <summary>Of the held-out split after an epoch.</summary>
    public static string Test(JobSpec spec, EpochMetrics epoch) =>
        Of(spec, epoch.TestLoss, epoch.TestAccuracy, epoch.TestAuc, epoch.TestMeanAbsoluteError);

    /// <summary>Of the validation samples after an epoch; null if there are none.</summary>
    public static string? Validation(JobSpec spec, EpochMetrics epoch) => epoch is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy }
        ? Of(spec, loss, accuracy, epoch.ValidationAuc, epoch.ValidationMeanAbsoluteError) : null;

    /// <summary>Of an evaluation.</summary>
    public static string Of(JobSpec spec, EvaluationResult result) => Of(spec, result.Loss, result.Accuracy, result.Auc, result.MeanAbsoluteError);

    /// <summary>"0.9931".</summary>
    public static string Area(double area) => area.ToString("F4");
}
