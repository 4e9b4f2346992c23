using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Tests.Loop;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

public sealed class ReadOnlyStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenRead_existingStore_writesNothingAndSeesItsJobs()
    {
        JobStore store = new(_folder.Root);
        store.Create("job-1", SnapshotSamples.Spec);
        string[] files = Files();
        DateTime written = Directory.GetLastWriteTimeUtc(_folder.Root);

        JobStore read = JobStore.OpenRead(_folder.Root);

        Assert.Equal((store.Id, store.Root), (read.Id, read.Root));
        Assert.Equal("job-1", Assert.Single(read.Summaries(out _)).Id);
        Assert.Equal(SnapshotSamples.Spec, read.Open("job-1").Spec);
        Assert.Equal(files, Files());
        Assert.Equal(written, Directory.GetLastWriteTimeUtc(_folder.Root));
    }

    [Fact]
    public void OpenRead_folderNobodyWroteTo_isAnEmptyStoreUntilSomethingIsWritten()
    {
        JobStore store = JobStore.OpenRead(_folder.Root);

        Assert.Empty(store.List());
        Assert.Empty(store.Id);
        Assert.Empty(Files());
        store.Create("job-1", SnapshotSamples.Spec);
        Assert.Equal(new JobStore(_folder.Root).Id, store.Id);
    }

    [Fact]
    public void OpenRead_noFolder_saysSo()
    {
        string path = _folder["none"];

        Assert.StartsWith($"there is no store '{path}'", Assert.Throws<InvalidInputException>(() => JobStore.OpenRead(path)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task OpenRead_readOnlyDisk_readsEverythingAndRefusesToWriteInOneLine()
    {
        using var disk = SmallDisk.Mount();
        string root = Path.Combine(disk.Root, "store");
        JobFolder job = new JobStore(root).Create("job", TinyJobs.Spec());
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 3));
        disk.Protect(readOnly: true);

        JobStore store = JobStore.OpenRead(root);

        JobSummary summary = Assert.Single(store.Summaries(out IReadOnlyList<string> warnings));
        Assert.Empty(warnings);
        Assert.Equal((JobState.Stopped, 3), (summary.State, summary.Step));
        job = store.Open("job");
        Assert.Equal(3, job.LatestVerified(out _)!.Snapshot.Step);
        Assert.Equal(3, job.ReadRecordTable().Steps.Count);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => LoopRuns.RunAsync(job, new RunOptions()));
        Assert.StartsWith($"job 'job' cannot be written to '{job.Path}' (disk '{disk.Root}', ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<InvalidInputException>(() => store.Create("other", TinyJobs.Spec()));
        Assert.StartsWith($"the store '{root}' cannot be written (", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);

        disk.Protect(readOnly: false);
        Assert.Equal(JobState.Done, (await LoopRuns.RunAsync(job, new RunOptions())).State);
    }

    private string[] Files() => [.. Directory.GetFileSystemEntries(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
