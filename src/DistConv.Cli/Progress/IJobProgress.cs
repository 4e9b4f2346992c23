using DistConv.Training.Jobs;
using DistConv.Training.Shards;

namespace DistConv.Cli.Progress;

/// <summary>Where a job stands that another process trains, look by look.</summary>
internal interface IJobProgress
{
    /// <summary>The job's id.</summary>
    string Job { get; }

    /// <summary>The job's division into epochs.</summary>
    ShardPlan Plan { get; }

    /// <summary>Epochs that had ended at the first look.</summary>
    int EpochCount { get; }

    /// <summary>Looks at the job.</summary>
    /// <param name="curve">Takes the loss of each new step, where that is known.</param>
    Task<JobStatus> LookAsync(LossCurve curve);
}
