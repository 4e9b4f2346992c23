using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>What the metrics say about a store.</summary>
public sealed class StoreCensusTests : IDisposable
{
    private static readonly ClaimOwner _owner = new("10.0.0.3:11111@1", "node", 1);

    private readonly TinyJob _job = new();
    private readonly JobStore _store;

    public StoreCensusTests() => _store = new JobStore(_job.Store);

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Latest_jobsOfAllKinds_areCountedByState()
    {
        _ = _job.Folder; // Queued.
        Claim("done", JobState.Done, isBeating: false);
        Claim("failed", JobState.Failed, isBeating: false);
        Claim("trained", JobState.Running, isBeating: true);
        Claim("left", JobState.Running, isBeating: false);

        StoreCensus.Result counted = await CountAsync(new StoreCensus(() => _store, TimeProvider.System));

        Assert.Equal(
            [("queued", 1), ("running", 2), ("stopped", 0), ("interrupted", 0), ("paused", 0), ("cancelled", 0), ("failed", 1), ("done", 1)], counted.Jobs);
        Assert.Equal(1, counted.Uncoordinated);
        Assert.True(counted.FreeBytes > 0);
    }

    [Fact]
    public async Task Latest_storeIsGone_tellsNothingAndFindsItAgain()
    {
        ManualStore store = new(_store);
        StoreCensus census = new(store.Open, TimeProvider.System);
        await CountAsync(census);
        store.IsGone = true;
        await UntilAsync(() => census.Latest is null);
        store.IsGone = false;

        Assert.Equal(0, (await CountAsync(census)).Uncoordinated);
    }

    [Fact]
    public void InCluster_jobThatEndedAfterItsLineWasRead_isEnded()
    {
        Claim("late", JobState.Failed, isBeating: false);
        JobFolder folder = _store.Open("late");

        JobSummary line = StoredJob.InCluster(folder.Summary() with { State = JobState.Interrupted }, folder);

        Assert.Equal(JobState.Failed, line.State);
    }

    private static async Task<StoreCensus.Result> CountAsync(StoreCensus census)
    {
        await UntilAsync(() => census.Latest is not null);
        return census.Latest!;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
    }

    private void Claim(string id, JobState state, bool isBeating)
    {
        JobFolder folder = _store.Create(id, _job.Spec);
        long fence = folder.ClaimFence(_owner);
        folder.WriteRun(new RunRecord(null, null, 5, fence), fence);
        folder.WriteStatus(new JobStatusRecord { State = state, Step = 3, UpdatedAt = DateTimeOffset.UtcNow }, fence);
        if (!isBeating) File.SetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(folder.Path, "claim-*")), DateTime.UtcNow.AddMinutes(-1));
    }

    private sealed class ManualStore(JobStore store)
    {
        public bool IsGone { get; set; }

        public JobStore Open() => IsGone ? throw new IOException("the disk is gone") : store;
    }
}
