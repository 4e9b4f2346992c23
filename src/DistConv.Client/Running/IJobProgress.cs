using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Client.Running;

/// <summary>What one look at a job showed.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Steps">Measurements of steps that are new since the last look, where the job's record is within reach.</param>
internal readonly record struct JobLook(JobStatus Status, IReadOnlyList<StepEntry> Steps)
{
    /// <summary>Whether the job has ended, for now or for good.</summary>
    public bool HasEnded => Status.State is not (JobState.Queued or JobState.Running);
}

/// <summary>Where a job stands, look by look.</summary>
internal interface IJobProgress
{
    /// <summary>The job's id.</summary>
    string Job { get; }

    /// <summary>The job's specification.</summary>
    JobSpec Specification { get; }

    /// <summary>The job's division into epochs.</summary>
    ShardPlan Plan { get; }

    /// <summary>Epochs that had ended at the first look.</summary>
    int EpochCount { get; }

    /// <summary>Looks at the job.</summary>
    Task<JobLook> LookAsync(CancellationToken cancellation);
}
