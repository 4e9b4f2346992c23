using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Client.Sources;

/// <summary>What is known about a job without reading the weights of a snapshot.</summary>
/// <param name="Job">Its id.</param>
/// <param name="Spec">Its specification.</param>
/// <param name="Folder">Its folder, as who keeps it sees it.</param>
/// <param name="Snapshots">Its snapshots, by ascending step.</param>
/// <param name="Epochs">The epochs that have ended, as far as that is known.</param>
internal record JobOutline(string Job, JobSpec Spec, string Folder, IReadOnlyList<SnapshotHead> Snapshots, IReadOnlyList<EpochMetrics> Epochs)
{
    /// <summary>The snapshot of the untrained network, if it is there.</summary>
    public SnapshotHead? Initial => Snapshots is [{ Step: 0 } first, ..] ? first : null;

    /// <summary>The snapshot of the best epoch, if it is there.</summary>
    public SnapshotHead? Best => EarlyStopping.Best(Spec, Epochs) is { } best ? At(best.Step) : null;

    /// <summary>The snapshot of a step, if it is there; of several the last.</summary>
    public SnapshotHead? At(long step) => Snapshots.LastOrDefault(head => head.Step == step) is { Path: not null } head ? head : null;
}
