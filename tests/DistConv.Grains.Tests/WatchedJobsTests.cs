using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Which jobs of a store a silo keeps going, and what it costs to know.</summary>
public sealed class WatchedJobsTests : IDisposable
{
    private static readonly ClaimOwner _owner = new("10.0.0.3:11111@1", "node", 1);

    private readonly TinyJob _job = new();
    private readonly JobStore _store;
    private readonly WatchedJobs _jobs;
    private readonly List<string> _reports = [];

    public WatchedJobsTests()
    {
        _store = new JobStore(_job.Store);
        _jobs = new WatchedJobs(_store);
    }

    private IEnumerable<string> Kept => _jobs.Kept.Select(job => job.Id);

    public void Dispose() => _job.Dispose();

    [Fact]
    public void Refresh_jobsThatComeGoAndChange_areFound()
    {
        Settle();
        Assert.Empty(Kept);
        WriteStatus(_job.Folder, JobState.Running);
        Refresh();
        Assert.Equal([TinyJob.Id], Kept);

        Settle();
        JobFolder second = _store.Create("second", _job.Spec);
        WriteStatus(second, JobState.Running);
        Refresh();
        Assert.Equal(["second", TinyJob.Id], Kept.Order());

        Settle();
        WriteStatus(_job.Folder, JobState.Done);
        Directory.Delete(second.Path, recursive: true);
        Refresh();
        Assert.Empty(Kept);
        Assert.Empty(_reports);
    }

    /// <summary>A folder is made before its specification, maybe long before it: the disk may hang in between.</summary>
    [Fact]
    public void Refresh_specificationThatComesLaterThanItsFolder_isFound()
    {
        string folder = Path.Combine(_job.Store, "late");
        Directory.CreateDirectory(folder);
        Settle();

        File.Copy(Path.Combine(_job.Folder.Path, "spec.json"), Path.Combine(folder, "spec.json"));
        WriteStatus(_store.Open("late"), JobState.Running);
        Refresh();

        Assert.Equal(["late"], Kept);
        Assert.Empty(_reports);
    }

    [Fact]
    public void Refresh_damagedFolders_areReportedOnceAndFoundWhenTheyAreMended()
    {
        string[] ids = ["damaged-1", "damaged-2"];
        string[] paths = [.. ids.Select(id => Path.Combine(_job.Store, id, "spec.json"))];
        foreach (string path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "{");
        }

        for (int i = 0; i < 10; i++) Refresh();
        Assert.Equal(ids, _reports.Order());

        // In its place: no file comes or goes, so the folder's time stamp stays.
        File.Copy(Path.Combine(_job.Folder.Path, "spec.json"), paths[0], overwrite: true);
        WriteStatus(_store.Open(ids[0]), JobState.Running);
        Refresh();
        Assert.Equal([ids[0]], Kept);
        Assert.Equal(2, _reports.Count);
        File.WriteAllText(paths[1], "{ \"no\": 1 }");
        for (int i = 0; i < 10; i++) Refresh();
        Assert.Equal(2, _reports.Count); // It says the same.
    }

    [Fact]
    public void Refresh_storeOfEndedJobs_costsALookAtEachFolder()
    {
        const int jobs = 300, bytesOfALook = 200;
        for (int i = 0; i < jobs; i++) WriteStatus(_store.Create($"ended-{i}", _job.Spec), JobState.Done);
        Settle();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refresh();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, jobs * bytesOfALook);
    }

    /// <summary>Twice: what has changed is looked at once more.</summary>
    private void Settle()
    {
        Refresh();
        Refresh();
    }

    private void Refresh() => _jobs.Refresh((job, _) => _reports.Add(job.Id));

    private static void WriteStatus(JobFolder folder, JobState state)
    {
        long fence = folder.ClaimFence(_owner);
        folder.WriteRun(new RunRecord(null, 1, 5, fence), fence);
        folder.WriteStatus(new JobStatusRecord { State = state, Step = 0, UpdatedAt = DateTimeOffset.UtcNow }, fence);
    }
}
