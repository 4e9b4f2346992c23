using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>The record of a cluster's job, and more steps for it, through any silo.</summary>
public sealed class JobsGrainRecordTests : IDisposable
{
    private static readonly RunMessage _run = new(StopAt: null, SnapshotEverySteps: 1, SnapshotSeconds: 5);

    private readonly TinyJob _job = new(change: spec => spec with { TotalSteps = 20 });

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task ReadRecord_throughAnySilo_isTheLogWhileItGrowsAndAfterwards()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        List<RecordEntry> read = [];
        RecordCursor at = default;
        await SmallCluster.UntilAsync(async () =>
        {
            RecordPage page = await cluster.Jobs(read.Count % 2).ReadRecord(TinyJob.Id, at);
            at = page.Next;
            read.AddRange(page.Entries);
            Assert.Equal(0, page.DamagedRows);
            return read.Exists(entry => entry.Event?.Kind == JobEventKind.Done);
        });
        await cluster.WaitAsync(0);

        Assert.Equal(20, read.Count(entry => entry.Step is not null));
        Assert.Equivalent(_job.Folder.ReadRecord().Entries, read, strict: true);
        Assert.All(read, step => Assert.Equal(1, step.After.Fence));
        Assert.Empty((await cluster.Jobs(1).ReadRecord(TinyJob.Id, at)).Entries);
        RecordCursor nowhere = at with { Offset = long.MaxValue };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(1).ReadRecord(TinyJob.Id, nowhere));
        Assert.StartsWith("job 'tiny' has no position '1-1-9223372036854775807' in its record", e.Message);
        await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(0).ReadRecord("other", default));
    }

    [Fact]
    public async Task Extend_jobThatIsDone_andResume_giveTheWeightsOfALongerJob()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        await cluster.WaitAsync(0);
        await SmallCluster.UntilAsync(() => cluster.OwnerOf(TinyJob.Id) < 0);

        await cluster.Jobs(1).Extend(TinyJob.Id, 34);
        JobStatus stopped = await cluster.Jobs(0).GetStatus(TinyJob.Id);
        Assert.Equal((JobState.Stopped, 20L, 34L), (stopped.State, stopped.Step, stopped.TotalSteps));
        Assert.Equal(34, JobSpec.Parse((await cluster.Jobs(0).Show(TinyJob.Id)).SpecJson).TotalSteps);
        await cluster.Jobs(0).Extend(TinyJob.Id, 34); // A client that got no answer asks again.
        await cluster.Jobs(0).Resume(TinyJob.Id, _run);
        JobStatus done = await cluster.WaitAsync(1);

        using var longer = new TinyJob(change: spec => spec with { TotalSteps = 34 });
        JobStatus local = await longer.TrainLocallyAsync();
        Assert.Equal((JobState.Done, 34L, local.WeightsDigest), (done.State, done.Step, done.WeightsDigest));
        Assert.Equal(34, _job.Folder.FollowRecord().ReadNew().Count(entry => entry.Step is not null)); // No step was repeated.
        Assert.Equal(local.Epochs.Select(epoch => epoch with { Seconds = 0 }), done.Epochs.Select(epoch => epoch with { Seconds = 0 }));
        await cluster.Jobs(1).Submit(TinyJob.Id, _job.Spec.ToJson(), _run); // The first command once more: it is the same job.
        Assert.Equal(JobState.Done, (await cluster.Jobs(1).GetStatus(TinyJob.Id)).State);
    }

    [Fact]
    public async Task Extend_jobThatRunsOrWaitsForATakeover_isRefused()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1, keepsJobs: false);
        long fence = _job.Folder.ClaimFence(new ClaimOwner("10.0.0.3:11111@1", "elsewhere", 1));
        _job.Folder.WriteRun(new RunRecord(null, 1, 5, fence), fence);
        _job.Folder.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 0, UpdatedAt = DateTimeOffset.UtcNow }, fence);

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(0).Extend(TinyJob.Id, 34));

        Assert.Equal("job 'tiny' is running: pause it, extend it, and resume it", e.Message);
        Assert.Equal(20, _job.Folder.Spec.TotalSteps);
    }

    [Fact]
    public async Task GetStatus_jobThatDivergedAndEnded_warnsFromTheStore()
    {
        using var job = new TinyJob(learningRate: 50, change: spec => spec with { TotalSteps = 36 });
        await using (SmallCluster cluster = await SmallCluster.StartAsync(job, silos: 1))
        {
            await cluster.Jobs(0).Submit(TinyJob.Id, job.Spec.ToJson(), _run);
            JobStatus done = await cluster.WaitAsync(0);
            Assert.Contains(done.Warnings, line => line.StartsWith("training has diverged: ", StringComparison.Ordinal));
        }

        await using SmallCluster later = await SmallCluster.StartAsync(job, silos: 1);
        JobStatus stored = await later.Jobs(0).GetStatus(TinyJob.Id);
        Assert.Equal((JobState.Done, stored.Message), (stored.State, Assert.Single(stored.Warnings)));
    }
}
