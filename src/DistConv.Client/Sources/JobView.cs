using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Client.Sources;

/// <summary>What is known about a job, wherever it is.</summary>
/// <param name="Spec">Its specification.</param>
/// <param name="Summary">State, steps and accuracy.</param>
/// <param name="Folder">Its folder, as who keeps it sees it.</param>
/// <param name="Snapshots">Its snapshots, by ascending step.</param>
/// <param name="Newest">The newest snapshot that is whole; null if there is none.</param>
internal sealed record JobView(JobSpec Spec, JobSummary Summary, string Folder, IReadOnlyList<SnapshotHead> Snapshots, StoredSnapshot? Newest)
{
    /// <summary>One line for people, such as why it failed; or null.</summary>
    public string? Message { get; init; }

    /// <summary>Who computes, or computed last.</summary>
    public IReadOnlyList<SiloStatus> Silos { get; init; } = [];

    /// <summary>The epochs that had ended when the newest snapshot was taken.</summary>
    public IReadOnlyList<EpochMetrics> Epochs => Newest?.Snapshot.Epochs ?? [];

    /// <summary>The snapshot of the untrained network, if it is there.</summary>
    public SnapshotHead? Initial => Snapshots is [{ Step: 0 } first, ..] ? first : null;

    /// <summary>The snapshot of the best epoch, if it is there.</summary>
    public SnapshotHead? Best => BestOf(Spec, Snapshots, Epochs);

    /// <summary>The snapshot of the best epoch, if it is there.</summary>
    public static SnapshotHead? BestOf(JobSpec spec, IReadOnlyList<SnapshotHead> snapshots, IReadOnlyList<EpochMetrics> epochs)
    {
        long? step = EarlyStopping.Best(spec, epochs)?.Step;
        return snapshots.LastOrDefault(head => head.Step == step) is { Path: not null } head ? head : null;
    }
}
