using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Loop;

/// <summary>What a run knows at a step boundary besides weights and optimizer state.</summary>
/// <param name="Running">Sums of the epoch so far.</param>
/// <param name="Epochs">Epochs that have ended.</param>
/// <param name="RateFraction">What their losses have led to, for the update of the next step: see <see cref="Schedules.Plateau"/>.</param>
public readonly record struct RunProgress(RunningMetrics Running, IReadOnlyList<EpochMetrics> Epochs, double RateFraction = 1);

/// <summary>One step that is done, as the log needs it.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Totals">Its samples, losses and correct answers.</param>
/// <param name="Coverage">Which samples it used.</param>
/// <param name="Measures">What the machines measured.</param>
/// <param name="LayerHashes">Hashes of the weights on which it was computed.</param>
public sealed record StepRecord(long Step, StepTotals Totals, CoverageState Coverage, StepMeasures Measures, IReadOnlyList<ulong> LayerHashes);

/// <summary>Where an executor stands after <see cref="IStepExecutor.RestoreAsync"/>.</summary>
/// <param name="Step">Updates that are applied: those of the snapshot, or more if replicas have outlived their coordinator.</param>
/// <param name="ProgressStep">The boundary of <paramref name="Progress"/>, at most <paramref name="Step"/>.</param>
/// <param name="Progress">What the run knew there.</param>
/// <param name="Records">The last steps, ascending, up to <paramref name="Step"/> − 1; from <paramref name="ProgressStep"/> on without a gap.</param>
public sealed record RunPosition(long Step, long ProgressStep, RunProgress Progress, IReadOnlyList<StepRecord> Records)
{
    /// <summary>The position of a snapshot.</summary>
    /// <param name="snapshot">The snapshot; null: the initial weights.</param>
    /// <returns>A position without records.</returns>
    public static RunPosition Of(Snapshot? snapshot) => snapshot is null
        ? new RunPosition(0, 0, new RunProgress(default, []), [])
        : new RunPosition(snapshot.Step, snapshot.Step, new RunProgress(snapshot.Running, snapshot.Epochs), []);
}
