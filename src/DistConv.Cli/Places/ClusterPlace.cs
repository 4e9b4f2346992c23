using DistConv.Cli.Application;
using DistConv.Cli.Progress;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Silo.Cluster;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Cli.Places;

/// <summary>The jobs of a cluster. Snapshots come through its gateways: this machine need not reach the store.</summary>
internal sealed class ClusterPlace(ClusterConnection connection, PlaceName name, CliContext context) : IJobPlace
{
    /// <inheritdoc/>
    public PlaceName Name => name;

    /// <inheritdoc/>
    public string? Directory => null;

    /// <summary>The cluster's jobs.</summary>
    public ClusterJobs Jobs => connection.Jobs;

    /// <summary>The cluster's silos.</summary>
    public IReadOnlyList<string> Silos => connection.Cluster.Silos;

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSummary>> ListAsync() => Jobs.ListAsync(context.Stop);

    /// <inheritdoc/>
    public async Task<JobView> ShowAsync(string job)
    {
        JobDetails details = await Jobs.ShowAsync(job, context.Stop);
        JobStatus status = await Jobs.GetStatusAsync(job, context.Stop);
        return new JobView(JobSpec.Parse(details.SpecJson), details.Summary, details.Folder, details.Snapshots, await NewestAsync(job, details.Snapshots))
        {
            Message = details.Message,
            Silos = status.Silos,
        };
    }

    /// <inheritdoc/>
    public async Task<IJobProgress> FollowAsync(string job)
    {
        JobDetails details = await Jobs.ShowAsync(job, context.Stop);
        JobStatus status = await Jobs.GetStatusAsync(job, context.Stop);
        return new ClusterProgress(Jobs, job, JobSpec.Parse(details.SpecJson), context.Time, context.Stop) { EpochCount = status.Epochs.Count };
    }

    /// <inheritdoc/>
    public Task RequestAsync(string job, JobRequest request) => Jobs.RequestAsync(job, request, context.Stop);

    /// <inheritdoc/>
    public IReadOnlyList<StepLogEntry> ReadLog(string job) => [];

    /// <inheritdoc/>
    public Task CopyAsync(string job, SnapshotHead head, Stream target) => Jobs.CopySnapshotAsync(job, head.Step, target, context.Stop);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>The newest snapshot that arrives whole.</summary>
    private async Task<StoredSnapshot?> NewestAsync(string job, IReadOnlyList<SnapshotHead> heads)
    {
        using FileStream file = TemporaryFile();
        foreach (SnapshotHead head in heads.Reverse())
        {
            try
            {
                file.SetLength(0);
                await CopyAsync(job, head, file);
                await file.FlushAsync(context.Stop);
                return new StoredSnapshot(head, SnapshotFile.Read(file.Name));
            }
            catch (InvalidInputException e)
            {
                context.Output.Warn($"the snapshot of step {head.Step} was skipped: {e.Message}");
            }
        }

        return null;
    }

    /// <summary>A file that is gone when it is closed.</summary>
    private static FileStream TemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), $"distconv-{Guid.NewGuid():N}{SnapshotFile.Ending}"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.Read | FileShare.Delete,
        bufferSize: 1 << 16,
        FileOptions.DeleteOnClose);
}
