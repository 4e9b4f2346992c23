using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

/// <summary>Deleting jobs of a store.</summary>
public sealed class JobDeletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobStore _store;

    public JobDeletionTests() => _store = new JobStore(_folder["store"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Delete_endedJob_removesItsFolderAndNoOther()
    {
        JobFolder job = Create("job-1", JobState.Done);
        Create("job-2", JobState.Paused);
        JobRemains announced = _store.RemainsOf("job-1");
        Assert.Equal((JobState.Done, Directory.GetFiles(job.Path).Length), (announced.State, announced.Files));
        Assert.Equal(Directory.GetFiles(job.Path).Sum(path => new FileInfo(path).Length), announced.Bytes);

        Assert.Equal(JobState.Done, _store.Delete("job-1").State);

        Assert.Equal(["job-2"], _store.List());
        Assert.Equal([Path.Combine(_store.Root, "job-2")], Directory.GetDirectories(_store.Root));
        Assert.Contains("is not in the store", Assert.Throws<InvalidInputException>(() => _store.Delete("job-1")).Message);
        Assert.Equal(JobState.Queued, _store.Create("job-1", SnapshotSamples.Spec).Summary().State); // The id is free again.
    }

    [Fact]
    public void Delete_jobThatIsTrained_isRefused()
    {
        JobFolder job = Create("job-1", JobState.Running);
        using (job.TryAcquireLock()) AssertStays(job, "is running");
        Assert.Equal(JobState.Interrupted, _store.Delete("job-1").State);
    }

    [Fact]
    public void Delete_jobThatAClusterCoordinates_isRefusedUntilItHasEnded()
    {
        JobFolder job = _store.Create("job-1", SnapshotSamples.Spec);
        long fence = job.ClaimFence(ClaimOwner.Here("10.0.0.1:11111@1"));
        AssertStays(job, "is running"); // It beats.
        job.WriteRun(new RunRecord(null, null, 0, fence), fence);
        WriteState(job, JobState.Running, fence);
        job.Release(fence);
        AssertStays(job, "is running"); // Nobody coordinates it now, but another silo takes it over.

        WriteState(job, JobState.Cancelled, fence);
        Assert.Equal(JobState.Cancelled, _store.Delete("job-1").State);
    }

    [Fact]
    public void Delete_queuedJob_isRefused() => AssertStays(_store.Create("job-1", SnapshotSamples.Spec), "is queued");

    [Fact]
    public void Delete_specificationIsDamaged_removesTheJobUnlessItIsTrained()
    {
        JobFolder job = Create("job-1", JobState.Done);
        File.WriteAllText(Path.Combine(job.Path, "spec.json"), "{");
        using (job.TryAcquireLock()) AssertStays(job, "is running");

        Assert.Null(_store.Delete("job-1").State);

        Assert.Empty(Directory.GetDirectories(_store.Root));
    }

    [Fact]
    public void Delete_folderThatIsNoJob_isRefused()
    {
        Directory.CreateDirectory(Path.Combine(_store.Root, "data"));
        File.WriteAllText(Path.Combine(_store.Root, "data", "mine"), "");

        Assert.Contains("is not in the store", Assert.Throws<InvalidInputException>(() => _store.Delete("data")).Message);
        Assert.Contains("not a job id", Assert.Throws<InvalidInputException>(() => _store.Delete("../store")).Message);

        Assert.True(File.Exists(Path.Combine(_store.Root, "data", "mine")));
    }

    [Fact]
    public void Delete_afterADeletionThatWasCutShort_removesItsRest()
    {
        JobFolder half = Create("job-1", JobState.Done);
        Directory.Move(half.Path, Path.Combine(_store.Root, ".deleted-job-1-0")); // As a process leaves it that dies after the renaming.
        Assert.Empty(_store.List());
        Create("job-2", JobState.Failed);

        _store.Delete("job-2");

        Assert.Empty(Directory.GetDirectories(_store.Root));
    }

    private JobFolder Create(string id, JobState state)
    {
        JobFolder job = _store.Create(id, SnapshotSamples.Spec);
        WriteState(job, state, job.ClaimFence());
        return job;
    }

    private static void WriteState(JobFolder job, JobState state, long fence) =>
        job.WriteStatus(new JobStatusRecord { State = state, Step = 1, UpdatedAt = DateTimeOffset.UnixEpoch }, fence);

    private void AssertStays(JobFolder job, string reason)
    {
        Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => _store.RemainsOf(job.Id)).Message);
        Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => _store.Delete(job.Id)).Message);
        Assert.True(Directory.Exists(job.Path));
    }
}
