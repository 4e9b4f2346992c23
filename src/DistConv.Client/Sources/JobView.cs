using DistConv.Training.Jobs;
using DistConv.Training.Specification;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Client.Sources;

/// <summary>What is known about a job, wherever it is. Its epochs are those that had ended when the newest snapshot was taken.</summary>
/// <param name="Summary">State, steps and accuracy.</param>
/// <param name="Spec">Its specification.</param>
/// <param name="Folder">Its folder, as who keeps it sees it.</param>
/// <param name="Snapshots">Its snapshots, by ascending step.</param>
/// <param name="Newest">The newest snapshot that is whole; null if there is none.</param>
internal sealed record JobView(JobSummary Summary, JobSpec Spec, string Folder, IReadOnlyList<SnapshotHead> Snapshots, StoredSnapshot? Newest)
    : JobOutline(Summary.Id, Spec, Folder, Snapshots, Newest?.Snapshot.Epochs ?? [])
{
    /// <summary>One line for people, such as why it failed; or null.</summary>
    public string? Message { get; init; }

    /// <summary>Who computes, or computed last.</summary>
    public IReadOnlyList<SiloStatus> Silos { get; init; } = [];
}
