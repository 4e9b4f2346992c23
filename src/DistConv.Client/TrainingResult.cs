using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Client;

/// <summary>How a job ended.</summary>
public sealed record TrainingResult
{
    /// <summary>The job's id.</summary>
    public required string Job { get; init; }

    /// <summary>Done; or stopped, paused, cancelled or interrupted at a step boundary with a snapshot.</summary>
    public required JobState State { get; init; }

    /// <summary>Updates that are applied.</summary>
    public required long Step { get; init; }

    /// <summary>The epochs that have ended.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>The epoch with the lowest validation loss, or test loss if the job has no validation samples; null before the first has ended, and while no
    /// epoch was better than guessing.</summary>
    public EpochMetrics? BestEpoch { get; init; }

    /// <summary>One line if training has diverged, with the likely cause; or null.</summary>
    public string? Divergence { get; init; }

    /// <summary>"sha256:…" of the weights of the last snapshot; null if there is none.</summary>
    public string? WeightsDigest { get; init; }

    /// <summary>The snapshots, by ascending step.</summary>
    public IReadOnlyList<long> SnapshotSteps { get; init; } = [];

    /// <summary>One line for people; null if there is nothing to say.</summary>
    public string? Message { get; init; }
}
