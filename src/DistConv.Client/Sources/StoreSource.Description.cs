using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;

namespace DistConv.Client.Sources;

/// <content>What the folder of a job tells beside its outline.</content>
internal sealed partial class StoreSource
{
    /// <inheritdoc/>
    public Task<JobDescription> DescribeAsync(string job, CancellationToken cancellation)
    {
        JobFolder folder = Open(job);
        long[] snapshots = [.. folder.Snapshots().Select(head => head.Step).Distinct()];
        return Task.FromResult(new JobDescription(folder.Spec, folder.Summary())
        {
            SnapshotSteps = snapshots,
            KernelSteps = [.. folder.KernelRecords().Select(record => record.Step).Union(snapshots).Order()],
            Message = folder.ReadStatus()?.Message,
        });
    }

    /// <inheritdoc/>
    public Task<JobOrigin?> ReadOriginAsync(string job, CancellationToken cancellation) => Task.FromResult(Open(job).ReadOrigin());

    /// <inheritdoc/>
    public async Task<Snapshot> ReadKernelsAsync(string job, long step, CancellationToken cancellation)
    {
        JobFolder folder = Open(job);
        return folder.KernelRecords().LastOrDefault(record => record.Step == step).Path is { } path
            ? SnapshotFile.Read(path)
            : await this.ReadSnapshotAsync(job, SnapshotSelection.Candidates(Outline(folder), SnapshotChoice.AtStep(step))[0], cancellation);
    }
}
