using DistConv.Silo.Cluster;
using DistConv.Training.Jobs;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Cli.Progress;

/// <summary>Where a job of a cluster stands, as its silos tell it.</summary>
internal sealed class ClusterProgress(ClusterJobs jobs, string job, JobSpec spec, TimeProvider time, CancellationToken stop) : IJobProgress
{
    /// <summary>How long a job may be without a coordinator before it counts as interrupted: another one takes it over within seconds.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long? _unledSince;

    /// <inheritdoc/>
    public string Job => job;

    /// <inheritdoc/>
    public ShardPlan Plan { get; } = new(spec.Samples, spec.GlobalBatch, spec.Shards);

    /// <inheritdoc/>
    public int EpochCount { get; init; }

    /// <inheritdoc/>
    public async Task<JobStatus> LookAsync(LossCurve curve)
    {
        JobStatus status = await jobs.GetStatusAsync(job, stop);
        if (status.State != JobState.Interrupted)
        {
            _unledSince = null;
            return status;
        }

        _unledSince ??= time.GetTimestamp();
        return time.GetElapsedTime(_unledSince.Value) >= Grace ? status : status with { State = JobState.Running };
    }
}
