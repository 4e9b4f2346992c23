using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>What is known about a job without reading its snapshots.</summary>
/// <param name="Specification">Everything that determines its bits.</param>
/// <param name="Summary">State, steps and accuracy.</param>
public sealed record JobDescription(JobSpec Specification, JobSummary Summary)
{
    /// <summary>The steps of its snapshots, ascending, each once.</summary>
    public IReadOnlyList<long> SnapshotSteps { get; init; } = [];

    /// <summary>The steps of which its convolution kernels can be read, ascending, each once: those of the snapshots, and more where the store keeps records of
    /// kernels and this process reaches it.</summary>
    public IReadOnlyList<long> KernelSteps { get; init; } = [];

    /// <summary>One line for people, such as why it failed; or null.</summary>
    public string? Message { get; init; }
}
