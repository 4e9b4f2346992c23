using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Progress;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Places;

/// <summary>The jobs of a store that this machine reaches.</summary>
internal sealed class StorePlace(StoreOptions store, CliContext context) : IJobPlace
{
    /// <inheritdoc/>
    public PlaceName Name { get; } = store.Name;

    /// <inheritdoc/>
    public string? Directory => Path.GetFullPath(store.Directory);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSummary>> ListAsync()
    {
        IReadOnlyList<string> warnings = [];
        IReadOnlyList<JobSummary> jobs = store.TryOpen(context.Time)?.Summaries(out warnings) ?? [];
        Warn(warnings);
        return Task.FromResult(jobs);
    }

    /// <inheritdoc/>
    public Task<JobView> ShowAsync(string job)
    {
        JobFolder folder = store.OpenJob(job, context.Time);
        JobSummary summary = folder.Summary();
        StoredSnapshot? newest = folder.LatestVerified(out IReadOnlyList<string> warnings);
        Warn(warnings);
        JobStatusRecord? status = folder.ReadStatus();
        return Task.FromResult(new JobView(folder.Spec, summary, folder.Path, folder.Snapshots(), newest) { Message = status?.Message, Silos = status?.Silos ?? [] });
    }

    /// <inheritdoc/>
    public Task<IJobProgress> FollowAsync(string job) => Task.FromResult<IJobProgress>(new StoredProgress(store.OpenJob(job, context.Time), context.Time));

    /// <inheritdoc/>
    public Task RequestAsync(string job, JobRequest request)
    {
        store.OpenJob(job, context.Time).Request(request);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IReadOnlyList<StepLogEntry> ReadLog(string job) => store.OpenJob(job, context.Time).ReadLog(out _);

    /// <inheritdoc/>
    public async Task CopyAsync(string job, SnapshotHead head, Stream target)
    {
        await using FileStream source = File.OpenRead(head.Path);
        await source.CopyToAsync(target); // Also after Ctrl-C: the result is asked for.
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings) context.Output.Warn(warning);
    }
}
