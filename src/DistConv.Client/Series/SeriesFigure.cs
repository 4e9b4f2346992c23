using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Client.Series;

/// <summary>A figure by which the jobs of a series are compared: only such as the job has (<see cref="JobFigures"/>).</summary>
/// <param name="Name">What people call it: "accuracy", "validation loss".</param>
/// <param name="Key">What programs call it, as in the report of a job: "testAccuracy".</param>
/// <param name="IsShare">Whether it is shown as a percentage.</param>
/// <param name="IsHigherBetter">Whether more is better.</param>
/// <param name="Value">Reads it from an epoch.</param>
internal sealed record SeriesFigure(string Name, string Key, bool IsShare, bool IsHigherBetter, Func<EpochMetrics, double?> Value)
{
    /// <summary>The figures of a job. The first is the one by which jobs are put in order: of validation samples, if the job has some.</summary>
    /// <param name="spec">The job.</param>
    public static IReadOnlyList<SeriesFigure> Of(JobSpec spec)
    {
        JobFigures has = JobFigures.Of(spec);
        List<SeriesFigure> validation = [], test = [];
        if (has.HasMeanAbsoluteError && has.Accuracy is null)
        {
            validation.Add(new("validation mean absolute error", "validationMeanAbsoluteError", false, false, epoch => epoch.ValidationMeanAbsoluteError));
            test.Add(new("mean absolute error", "testMeanAbsoluteError", false, false, epoch => epoch.TestMeanAbsoluteError));
        }

        if (has.Accuracy is { } accuracy)
        {
            validation.Add(new($"validation {accuracy}", "validationAccuracy", true, true, epoch => epoch.ValidationAccuracy));
            test.Add(new(accuracy, "testAccuracy", true, true, epoch => epoch.TestAccuracy));
        }

        validation.Add(new("validation loss", "validationLoss", false, false, epoch => epoch.ValidationLoss));
        test.Add(new("loss", "testLoss", false, false, epoch => epoch.TestLoss));
        if (has.HasAuc) test.Add(new("AUC", "testAuc", false, true, epoch => epoch.TestAuc));
        return spec.ValidationSamples > 0 ? [.. validation, .. test] : test;
    }

    /// <summary>The epoch whose figures count: with validation samples the one with the lowest validation loss, which knows nothing of the held-out samples;
    /// otherwise the last, as the best by held-out loss would look better than it is.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">Its epochs.</param>
    /// <returns>Null before the first has ended.</returns>
    public static EpochMetrics? EpochOf(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) => epochs.Count == 0 ? null
        : spec.ValidationSamples > 0 ? EarlyStopping.Best(spec, epochs) ?? epochs[^1] : epochs[^1];
}
