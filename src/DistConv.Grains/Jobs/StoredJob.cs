using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Grains.Jobs;

/// <summary>How a job stands that no coordinator answers for.</summary>
internal static class StoredJob
{
    /// <summary>The job in one line of a list.</summary>
    /// <param name="folder">The job.</param>
    /// <returns>A cluster's job whose coordinator is lost is about to be taken over, and not interrupted.</returns>
    public static JobSummary Summarize(JobFolder folder) => InCluster(folder.Summary(), folder);

    /// <summary>A line of a list of the store, as the cluster sees it.</summary>
    /// <param name="summary">The line.</param>
    /// <param name="folder">The job.</param>
    /// <returns>As <see cref="Summarize"/>.</returns>
    public static JobSummary InCluster(JobSummary summary, JobFolder folder)
    {
        if (summary.State != JobState.Interrupted) return summary;
        return folder.IsKept ? summary with { State = JobState.Running } : folder.Summary(); // Read again: it may have ended since the line was read.
    }

    /// <summary>Reads the status from the store; with the digest, when the job has ended.</summary>
    /// <param name="folder">The job.</param>
    /// <returns>The status. A running job whose coordinator is lost is still running if a cluster keeps it.</returns>
    public static JobStatus Read(JobFolder folder)
    {
        JobState state = Summarize(folder).State;
        JobStatusRecord? record = folder.ReadStatus();
        JobSpec spec = folder.Spec;
        long step = record?.Step ?? 0;
        if (JobSpecCheck.FindProblems(spec) is { Count: > 0 } problems)
        {
            return new JobStatus
            {
                Job = folder.Id,
                State = state,
                Step = step,
                TotalSteps = spec.TotalSteps,
                Message = record?.Message ?? new InvalidInputException(problems).Message,
            };
        }

        var plan = ShardPlan.Of(spec);
        IReadOnlyList<SnapshotHead> heads = folder.Snapshots();
        var status = new JobStatus
        {
            Job = folder.Id,
            State = state,
            Step = step,
            TotalSteps = spec.TotalSteps,
            Epoch = plan.LocateStep(long.Min(step, spec.TotalSteps - 1)).Epoch + 1,
            EpochCount = plan.LocateStep(spec.TotalSteps - 1).Epoch + 1,
            StepsPerEpoch = plan.StepsPerEpoch,
            Epochs = record?.LastEpoch is { } epoch ? [epoch] : [],
            Message = record?.Message,
            InitialSnapshot = heads.FirstOrDefault(head => head.Step == 0).Path,
            FinalSnapshot = heads.Count == 0 ? null : heads[^1].Path,
            Silos = record?.Silos ?? [],
        };
        if (state is JobState.Queued or JobState.Running || folder.LatestVerified(out IReadOnlyList<string> warnings) is not { } last) return status;
        return status with
        {
            Step = last.Snapshot.Step,
            Epochs = last.Snapshot.Epochs,
            Warnings = [.. warnings, .. new[] { Divergence.Describe(spec, last.Snapshot.Epochs) }.OfType<string>()],
            FinalSnapshot = last.Head.Path,
            WeightsDigest = last.Snapshot.WeightsDigest(),
        };
    }
}
