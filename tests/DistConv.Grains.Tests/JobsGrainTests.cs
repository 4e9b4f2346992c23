using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Jobs of a cluster of two or three silos, through any of them.</summary>
public sealed class JobsGrainTests : IDisposable
{
    private static readonly RunMessage _run = new(StopAt: null, SnapshotEverySteps: 1, SnapshotSeconds: 5);

    // Long enough to be interrupted: 600 steps.
    private readonly TinyJob _job = new(change: spec => spec with { TotalSteps = 600 });

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Submit_twoJobsAtOnce_giveTheWeightsOfLocalTrainer()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);

        await Task.WhenAll(
            cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run),
            cluster.Jobs(1).Submit("second", _job.Spec.ToJson(), _run));
        JobStatus first = await cluster.WaitAsync(1), second = await cluster.WaitAsync(0, "second");

        Assert.Equal((JobState.Done, local.WeightsDigest), (first.State, first.WeightsDigest));
        Assert.Equal((JobState.Done, local.WeightsDigest), (second.State, second.WeightsDigest));
        Assert.Equal(["second", "tiny"], (await cluster.Jobs(0).List()).Select(job => job.Id).Order());
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        Assert.Equal(1, _job.Folder.HighestFence()); // Ended jobs stay ended.
    }

    [Fact]
    public async Task Request_pause_andResume_giveTheWeightsOfAnUninterruptedRun()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        await SmallCluster.UntilAsync(async () => (await cluster.Jobs(1).GetStatus(TinyJob.Id)).Step > 2);

        await cluster.Jobs(1).Request(TinyJob.Id, JobRequest.Pause);
        JobStatus paused = await cluster.WaitAsync(1);
        Assert.Equal(JobState.Paused, paused.State);
        Assert.InRange(paused.Step, 3, 599);
        Assert.Equal(paused.Step, _job.Folder.LatestVerified(out _)!.Snapshot.Step);
        await cluster.Jobs(0).Resume(TinyJob.Id, _run);
        JobStatus done = await cluster.WaitAsync(0);

        Assert.Equal((JobState.Done, local.WeightsDigest), (done.State, done.WeightsDigest));
        InvalidInputException late = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(0).Request(TinyJob.Id, JobRequest.Cancel));
        Assert.Equal("job 'tiny' is done: there is nothing to cancel", late.Message);
    }

    [Fact]
    public async Task StopAsync_ofTheCoordinatorsSilo_handsTheJobOver()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 3);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        await SmallCluster.UntilAsync(async () => (await cluster.Jobs(0).GetStatus(TinyJob.Id)).Step > 2);
        int owner = cluster.OwnerOf(TinyJob.Id);

        await cluster.StopAsync(owner);
        long step = _job.Folder.Snapshots()[^1].Step;
        int other = owner == 0 ? 1 : 0;
        JobStatus done = await cluster.WaitAsync(other);

        Assert.Equal((JobState.Done, local.WeightsDigest), (done.State, done.WeightsDigest));
        Assert.InRange(step, 3, 600);
        AssertEachStepOnce(_job.Folder, 600);
    }

    [Fact]
    public async Task Keeper_jobWhoseOwnerIsGone_takesItOver()
    {
        JobStatus local = await _job.TrainLocallyAsync();

        // What a cluster leaves that was killed: a claim, a run record, and a status that says running.
        long fence = _job.Folder.ClaimFence(new ClaimOwner("10.0.0.3:11111@1", "elsewhere", 1));
        _job.Folder.WriteRun(new RunRecord(null, 1, 5, fence), fence);
        _job.Folder.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 0, UpdatedAt = DateTimeOffset.UtcNow }, fence);
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);

        JobStatus done = await cluster.WaitAsync(1);

        Assert.Equal((JobState.Done, local.WeightsDigest), (done.State, done.WeightsDigest));
        Assert.Equal(fence + 1, _job.Folder.HighestFence());
    }

    [Fact]
    public async Task Submit_twoCoordinatorsAtOnce_theLowerFenceIsNeverChosen()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2, keepsJobs: false);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        await SmallCluster.UntilAsync(async () => (await cluster.Jobs(0).GetStatus(TinyJob.Id)).Step > 2);
        int owner = cluster.OwnerOf(TinyJob.Id);
        int other = 1 - owner;

        await cluster.Service(other, other).Start(TinyJob.Id, _run);
        Assert.Equal(2, _job.Folder.HighestFence());
        JobStatus done = await cluster.WaitAsync(owner);
        await SmallCluster.UntilAsync(() => !cluster.Running(owner).Has(TinyJob.Id));

        Assert.Equal((JobState.Done, local.WeightsDigest), (done.State, done.WeightsDigest));
        Assert.Equal(JobState.Done, _job.Folder.ReadStatus()!.State);
        Assert.Null(cluster.Running(owner).GetStatus(TinyJob.Id));
        Assert.Equal(2, _job.Folder.Snapshots()[^1].Fence);
        AssertEachStepOnce(_job.Folder, 600);
    }

    [Fact]
    public async Task GetStatus_ofASiloThatDoesNotAnswer_comesFromTheStoreAndSaysSo()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2, keepsJobs: false);
        long fence = _job.Folder.ClaimFence(new ClaimOwner(cluster.Address(1).ToParsableString(), "node", 1));
        _job.Folder.WriteRun(new RunRecord(null, 1, 5, fence), fence);
        _job.Folder.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 7, UpdatedAt = DateTimeOffset.UtcNow }, fence);

        JobStatus silent = await cluster.Jobs(0).GetStatus(TinyJob.Id);
        cluster.Cuts(0).Cut(cluster.Address(1));
        await SmallCluster.UntilAsync(() => cluster.Watch(0).Active.Count == 1);
        JobStatus gone = await cluster.Jobs(0).GetStatus(TinyJob.Id);
        _job.Folder.Release(fence);
        JobStatus released = await cluster.Jobs(0).GetStatus(TinyJob.Id);

        string silo = $"silo {cluster.Address(1).Endpoint}";
        Assert.Equal((JobState.Running, 7), (gone.State, gone.Step));
        Assert.Equal([$"{silo}, which coordinates the job, does not answer for it"], silent.Warnings);
        Assert.Equal([$"{silo}, which coordinates the job, is gone; another one takes the job over"], gone.Warnings);
        Assert.Equal([$"{silo} has handed the job over; nobody coordinates it now"], released.Warnings);
        Assert.Equal(JobState.Running, Assert.Single(await cluster.Jobs(0).List()).State);
    }

    [Fact]
    public async Task ReadSnapshot_inChunks_givesTheFile()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 1);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), new RunMessage(StopAt: 3, null, 5));
        JobStatus stopped = await cluster.WaitAsync(0);
        JobDetails details = await cluster.Jobs(0).Show(TinyJob.Id);

        FileChunk chunk = await cluster.Jobs(0).ReadSnapshot(TinyJob.Id, 3, 0);
        FileChunk rest = await cluster.Jobs(0).ReadSnapshot(TinyJob.Id, 3, 10);

        Assert.Equal((JobState.Stopped, 3, JobState.Stopped), (stopped.State, stopped.Step, details.Summary.State));
        Assert.Equal([0L, 3], details.Snapshots.Select(head => head.Step));
        Assert.Equal(File.ReadAllBytes(details.Snapshots[^1].Path), chunk.Bytes);
        Assert.Equal(chunk.Bytes[10..], rest.Bytes);
        Assert.Equal((chunk.Bytes.Length, Path.GetFileName(details.Snapshots[^1].Path)), (chunk.TotalBytes, chunk.FileName));
        await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Jobs(0).ReadSnapshot(TinyJob.Id, 2, 0));
        Assert.Equal(3, SnapshotFile.Read(details.Snapshots[^1].Path).Step);
    }

    private static void AssertEachStepOnce(JobFolder folder, int steps)
    {
        RecordTable table = folder.ReadRecordTable();
        Assert.Equal(0, table.DamagedRows);
        Assert.Equal(Enumerable.Range(0, steps).Select(step => (long)step), table.Steps.Select(entry => entry.Step));
    }
}
