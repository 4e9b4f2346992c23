using DistConv.Training.Jobs;

namespace DistConv.Grains.Jobs;

/// <summary>
/// The jobs of a store that a cluster goes on with. Most jobs of a store have ended: one whose folder has not changed costs a look at the folder's time
/// stamp, and nothing is listed while no folder is added or removed.
/// </summary>
/// <param name="store">The store.</param>
internal sealed class WatchedJobs(JobStore store)
{
    private readonly FolderChanges _changes = new(store.Root);
    private Dictionary<string, WatchedJob> _jobs = [];

    /// <summary>The jobs that a cluster goes on with, as their folders said at the last <see cref="Refresh"/>.</summary>
    public IReadOnlyList<WatchedJob> Kept { get; private set; } = [];

    /// <summary>Finds jobs that have come, gone or changed.</summary>
    /// <param name="report">Told what is wrong with a job, once; the others are looked at all the same.</param>
    /// <exception cref="IOException">The store cannot be listed.</exception>
    public void Refresh(Action<WatchedJob, Exception> report)
    {
        if (_changes.Look()) List();
        List<WatchedJob> kept = [];
        foreach (WatchedJob job in _jobs.Values)
        {
            try
            {
                job.Refresh();
            }
#pragma warning disable CA1031 // Whatever is wrong with one job, the others are still looked after.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (job.Reading.IsNews(e)) report(job, e);
            }

            if (job.IsKept) kept.Add(job);
        }

        Kept = kept;
    }

    private void List()
    {
        try
        {
            _jobs = store.ListFolders().ToDictionary(id => id, id => _jobs.GetValueOrDefault(id) ?? new WatchedJob(store, id));
        }
        catch
        {
            _changes.Forget();
            throw;
        }
    }
}
