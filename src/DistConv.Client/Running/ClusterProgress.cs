using DistConv.Client.Clusters;
using DistConv.Training.Jobs;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Client.Running;

/// <summary>Where a job of a cluster stands, as its silos tell it.</summary>
internal sealed class ClusterProgress(ClusterJobs jobs, string job, JobSpec spec, TimeProvider time) : IJobProgress
{
    /// <summary>How long a job may be without a coordinator before it counts as interrupted: another one takes it over within seconds.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long? _unledSince;

    /// <inheritdoc/>
    public string Job => job;

    /// <inheritdoc/>
    public JobSpec Specification => spec;

    /// <inheritdoc/>
    public ShardPlan Plan { get; } = ShardPlan.Of(spec);

    /// <inheritdoc/>
    public int EpochCount { get; init; }

    /// <inheritdoc/>
    public async Task<JobLook> LookAsync(CancellationToken cancellation)
    {
        JobStatus status = await jobs.GetStatusAsync(job, cancellation);
        if (status.State != JobState.Interrupted)
        {
            _unledSince = null;
            return new JobLook(status, []);
        }

        _unledSince ??= time.GetTimestamp();
        return new JobLook(time.GetElapsedTime(_unledSince.Value) >= Grace ? status : status with { State = JobState.Running }, []);
    }
}
