using DistConv.Client.Clusters;
using DistConv.Client.Running;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Client.Sources;

/// <summary>The jobs of a cluster. Snapshots come through its silos: this process need not reach the store.</summary>
/// <param name="jobs">The cluster's jobs.</param>
/// <param name="connection">What is disposed with this; null: the connection is somebody else's.</param>
/// <param name="warn">Gets one line at a time.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterSource(ClusterJobs jobs, IAsyncDisposable? connection, Action<string> warn, TimeProvider time) : IJobSource
{
    /// <inheritdoc/>
    public JobSourceKind Kind => JobSourceKind.Cluster;

    /// <inheritdoc/>
    public string Name => jobs.Name;

    /// <inheritdoc/>
    public string? Directory => null;

    /// <summary>The silos that can participate now.</summary>
    public async Task<IReadOnlyList<string>> SilosAsync(CancellationToken cancellation) => (await jobs.GetClusterAsync(cancellation)).Silos;

    /// <inheritdoc/>
    public Task SubmitAsync(string job, TrainingPlan plan, CancellationToken cancellation) => plan.InitialWeights is { } weights
        ? jobs.SubmitAsync(job, plan.Specification, weights, plan.Run, cancellation)
        : jobs.SubmitAsync(job, plan.Specification, plan.Run, cancellation);

    /// <inheritdoc/>
    public Task ResumeAsync(string job, RunOptions options, CancellationToken cancellation) => jobs.ResumeAsync(job, options, cancellation);

    /// <inheritdoc/>
    public Task RequestAsync(string job, JobRequest request, CancellationToken cancellation) => jobs.RequestAsync(job, request, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancellation) => jobs.ListAsync(cancellation);

    /// <inheritdoc/>
    public Task<JobStatus> GetStatusAsync(string job, CancellationToken cancellation) => jobs.GetStatusAsync(job, cancellation);

    /// <inheritdoc/>
    public async Task<JobSpec> ReadSpecificationAsync(string job, CancellationToken cancellation) =>
        JobSpec.Parse((await jobs.ShowAsync(job, cancellation)).SpecJson);

    /// <inheritdoc/>
    public async Task<JobOutline> OutlineAsync(string job, CancellationToken cancellation) => Outline(job, await jobs.ShowAsync(job, cancellation));

    /// <inheritdoc/>
    public async Task<JobDescription> DescribeAsync(string job, CancellationToken cancellation)
    {
        JobDetails details = await jobs.ShowAsync(job, cancellation);
        long[] snapshots = [.. details.Snapshots.Select(head => head.Step).Distinct()];
        return new JobDescription(JobSpec.Parse(details.SpecJson), details.Summary)
        {
            SnapshotSteps = snapshots,
            KernelSteps = snapshots,
            Message = details.Message,
        };
    }

    /// <inheritdoc/>
    public Task<JobOrigin?> ReadOriginAsync(string job, CancellationToken cancellation) => Task.FromResult<JobOrigin?>(null);

    /// <inheritdoc/>
    public async Task<Snapshot> ReadKernelsAsync(string job, long step, CancellationToken cancellation)
    {
        JobOutline outline = await OutlineAsync(job, cancellation);
        return await this.ReadSnapshotAsync(job, SnapshotSelection.Candidates(outline, SnapshotChoice.AtStep(step))[0], cancellation);
    }

    /// <inheritdoc/>
    public async Task<JobView> ShowAsync(string job, CancellationToken cancellation)
    {
        JobDetails details = await jobs.ShowAsync(job, cancellation);
        JobStatus status = await jobs.GetStatusAsync(job, cancellation);
        StoredSnapshot? newest = await NewestAsync(job, details.Snapshots, cancellation);
        return new JobView(details.Summary, JobSpec.Parse(details.SpecJson), details.Folder, details.Snapshots, newest)
        {
            Message = details.Message,
            Silos = status.Silos,
        };
    }

    /// <inheritdoc/>
    public async Task<IJobProgress> FollowAsync(string job, CancellationToken cancellation)
    {
        JobDetails details = await jobs.ShowAsync(job, cancellation);
        JobStatus status = await jobs.GetStatusAsync(job, cancellation);
        return new ClusterProgress(jobs, job, JobSpec.Parse(details.SpecJson), time) { EpochCount = status.Epochs.Count };
    }

    /// <inheritdoc/>
    public Task<RecordPage> ReadRecordAsync(string job, RecordCursor after, CancellationToken cancellation) => jobs.ReadRecordAsync(job, after, cancellation);

    /// <inheritdoc/>
    public Task ExtendAsync(string job, long totalSteps, CancellationToken cancellation) => jobs.ExtendAsync(job, totalSteps, cancellation);

    /// <inheritdoc/>
    public Task LabelAsync(string job, JobLabels labels, CancellationToken cancellation) => jobs.LabelAsync(job, labels.Checked(), cancellation);

    /// <inheritdoc/>
    public void Warn(string line) => warn(line);

    /// <inheritdoc/>
    public Task CopyAsync(string job, SnapshotHead head, Stream target, CancellationToken cancellation) =>
        jobs.CopySnapshotAsync(job, head.Step, target, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
    }

    /// <summary>The newest snapshot that arrives whole.</summary>
    private async Task<StoredSnapshot?> NewestAsync(string job, IReadOnlyList<SnapshotHead> heads, CancellationToken cancellation)
    {
        foreach (SnapshotHead head in heads.Reverse())
        {
            try
            {
                return new StoredSnapshot(head, await this.ReadSnapshotAsync(job, head, cancellation));
            }
            catch (InvalidInputException e)
            {
                Warn($"the snapshot of step {head.Step} was skipped: {e.Message}");
            }
        }

        return null;
    }

    private static JobOutline Outline(string job, JobDetails details) =>
        new(job, JobSpec.Parse(details.SpecJson), details.Folder, details.Snapshots, details.Epochs);
}
