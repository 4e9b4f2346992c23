using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>Jobs side by side.</summary>
/// <param name="Jobs">The jobs, in the order in which they were named.</param>
/// <param name="Differences">The settings in which they differ, in the order of the specification.</param>
/// <param name="CommonSteps">How many steps are in the records of all.</param>
/// <param name="FirstDifferentStep">The first of these steps whose loss is not the same, bit by bit, in all; null if there is none.</param>
public sealed record JobComparison(
    IReadOnlyList<ComparedJob> Jobs, IReadOnlyList<SettingComparison> Differences, int CommonSteps, long? FirstDifferentStep);

/// <summary>A job in a comparison.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Specification">Everything that determines its bits.</param>
/// <param name="Summary">State, steps and accuracy.</param>
/// <param name="Epochs">The epochs that have ended.</param>
/// <param name="WeightsDigest">"sha256:…" of the weights with which it ended; null while it runs, and if it has no snapshot.</param>
/// <param name="LastStep">What its last step measured; null if its record has none.</param>
public sealed record ComparedJob(
    string Id, JobSpec Specification, JobSummary Summary, IReadOnlyList<EpochMetrics> Epochs, string? WeightsDigest, StepEntry? LastStep)
{
    /// <summary>The epoch with the lowest validation loss, or test loss if the job has no validation samples; null before the first has ended, and while no
    /// epoch was better than guessing.</summary>
    public EpochMetrics? BestEpoch => EarlyStopping.Best(Specification, Epochs);
}

/// <summary>A setting in which jobs differ.</summary>
/// <param name="Setting">Its name in the specification, such as "optimizer.learningRate".</param>
/// <param name="Values">Its value in each job, as text, in the order of the jobs.</param>
public sealed record SettingComparison(string Setting, IReadOnlyList<string> Values);
