using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Filters.Pictures;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Filters;

/// <summary>The kernels that a training began with.</summary>
internal static class UntrainedKernels
{
    /// <summary>Reads the job's snapshot of step 0; where that is missing or damaged, draws them again from the seed.</summary>
    /// <param name="target">The job, or a file, which has no such snapshot beside it.</param>
    /// <param name="spec">The training.</param>
    /// <param name="output">Where a damaged snapshot is named.</param>
    /// <returns>The kernels and the name of their source; null if nobody knows: the training began with weights from a file.</returns>
    public static (KernelMoment Moment, string Source)? Find(SnapshotTarget target, JobSpec spec, IConsoleOutput output)
    {
        string? first = target.Folder?.Snapshots() is [{ Step: 0 } head, ..] ? head.Path : null;
        string source = first ?? "the untrained network";
        return KernelTimes.Untrained(first is null ? null : TryRead(first, output), source, spec) is { } untrained ? (untrained, source) : null;
    }

    private static Snapshot? TryRead(string path, IConsoleOutput output)
    {
        try
        {
            return SnapshotFile.Read(path);
        }
        catch (InvalidInputException e)
        {
            output.Warn($"the untrained kernels are drawn again from the seed: {e.Message}");
            return null;
        }
    }
}
