using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Training.Loop;

/// <summary>How a run of a job goes about it, without any effect on its bits.</summary>
/// <param name="StopAt">End with a snapshot after this many steps of the job, 0 to its last, or null: go to the end.</param>
/// <param name="SnapshotEverySteps">A snapshot whenever the step is a multiple of it, ≥ 1, or null: by time.</param>
/// <param name="SnapshotSeconds">
/// Without <paramref name="SnapshotEverySteps"/>: seconds between snapshots, 0 to <see cref="SpecificationLimits.MaxSnapshotSeconds"/>. Default 5.
/// </param>
/// <param name="NormsEverySteps">The norms of each layer's gradient and weights are recorded in every step that is a multiple of it; 0: in none. Default
/// 10.</param>
public sealed record RunOptions(
    long? StopAt = null, long? SnapshotEverySteps = null, double SnapshotSeconds = 5, long NormsEverySteps = RunOptions.DefaultNormsEverySteps)
{
    /// <summary>The default of <see cref="NormsEverySteps"/>.</summary>
    public const long DefaultNormsEverySteps = RunRecord.DefaultNormsEverySteps;

    /// <summary>Checks the options.</summary>
    /// <param name="totalSteps">Steps of the job; null: not known yet.</param>
    /// <returns>What is wrong, setting by setting; empty if nothing is.</returns>
    public IReadOnlyList<SettingProblem> FindProblems(long? totalSteps)
    {
        var problems = new SettingProblems();
        if (StopAt is { } stop && problems.Range("stopAt", stop, 0, SpecificationLimits.MaxSteps) && totalSteps >= 1 && stop > totalSteps)
            problems.Add("stopAt", $"is {stop}, but the job has {totalSteps} steps; give 1 to {totalSteps}");
        if (SnapshotEverySteps is { } steps) problems.Range("snapshotEverySteps", steps, 1, SpecificationLimits.MaxSteps);
        problems.Range("normsEverySteps", NormsEverySteps, 0, SpecificationLimits.MaxSteps);
        problems.Real(
            "snapshotSeconds", SnapshotSeconds, SnapshotSeconds is >= 0 and <= SpecificationLimits.MaxSnapshotSeconds,
                $"0 to {SpecificationLimits.MaxSnapshotSeconds}");
        return problems.All;
    }
}
