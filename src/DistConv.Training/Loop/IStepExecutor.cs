using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Training.Loop;

/// <summary>What a step gave.</summary>
/// <param name="Totals">Sums over its samples.</param>
/// <param name="Coverage">Which samples it used; valid until the next step.</param>
/// <param name="LayerHashes">Hashes of the weights on which it was computed; valid until the next step.</param>
/// <param name="Timing">How long its phases took.</param>
/// <param name="Norms">Gradient norm and weight norm of each layer in turn, valid until the next step; empty if they were not asked for, or not to be
/// had.</param>
/// <param name="Spans">When its phases began and ended.</param>
public readonly record struct StepOutcome(
    StepTotals Totals,
    CoverageProof Coverage,
    ReadOnlyMemory<ulong> LayerHashes,
    StepTiming Timing,
    ReadOnlyMemory<float> Norms = default,
    PhaseSpans Spans = default);

/// <summary>The machinery that computes steps for a <see cref="TrainingLoop"/>: one replica in this process, or workers of a cluster.</summary>
public interface IStepExecutor
{
    /// <summary>Kernel set in use.</summary>
    string Kernel { get; }

    /// <summary>Compute threads over all silos.</summary>
    int Threads { get; }

    /// <summary>Who computes.</summary>
    IReadOnlyList<SiloStatus> Silos { get; }

    /// <summary>Shards that had to be computed again so far.</summary>
    int RetriedShards { get; }

    /// <summary>What happened on the way without ending the job, such as a silo that was lost: one line each, the oldest first. A bounded number of
    /// lines, and the same object until there is another one: it is asked for often.</summary>
    IReadOnlyList<string> Notices { get; }

    /// <summary>Takes the oldest notice that has not been taken, for the job's record.</summary>
    /// <param name="notice">Its kind, and its line.</param>
    /// <returns>False if all have been taken.</returns>
    bool TryTakeNotice(out (JobEventKind Kind, string Line) notice);

    /// <summary>What the call that runs waits for, in words for people. Any thread may ask.</summary>
    string Waiting { get; }

    /// <summary>Whether this process computes for the job, or is about to: its compute threads have work of it. Any thread may ask.</summary>
    bool IsComputing { get; }

    /// <summary>Goes to the state of a snapshot; null: the initial weights, step 0. Replicas of an earlier coordinator that stand further stay where they
    /// are.</summary>
    /// <param name="snapshot">The snapshot, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Where every replica stands now.</returns>
    ValueTask<RunPosition> RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken);

    /// <summary>Computes a step on all shards and reduces it. The update may wait and travel with the next step's call.</summary>
    /// <param name="step">The step, one after the last.</param>
    /// <param name="progress">What the run knows before it, for whoever has to go on without this process.</param>
    /// <param name="measureNorms">Whether to measure the norms of each layer's gradient and weights.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The step's sums.</returns>
    /// <exception cref="NonFiniteGradientException">Loss or gradient are not finite; nothing was applied.</exception>
    ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken);

    /// <summary>Looks for what made the step that failed not finite.</summary>
    /// <param name="step">The step whose <see cref="RunStepAsync"/> threw.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if it was not found.</returns>
    ValueTask<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, CancellationToken cancellationToken);

    /// <summary>Held-out loss and accuracy, and those of the validation samples, with every step so far applied.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The means.</returns>
    ValueTask<EvaluationResult> EvaluateAsync(CancellationToken cancellationToken);

    /// <summary>The state with every step so far applied.</summary>
    /// <param name="running">Sums of the epoch so far.</param>
    /// <param name="epochs">Epochs so far.</param>
    /// <param name="createdAt">The time to note.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A snapshot of its own memory.</returns>
    ValueTask<Snapshot> CaptureAsync(RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken);
}
