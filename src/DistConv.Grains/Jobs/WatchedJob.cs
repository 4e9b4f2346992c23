using DistConv.Training.Jobs;

namespace DistConv.Grains.Jobs;

/// <summary>A job of the store, as the failover of one silo sees it.</summary>
/// <param name="store">The store.</param>
/// <param name="id">The job id.</param>
internal sealed class WatchedJob(JobStore store, string id)
{
    private readonly FolderChanges _changes = new(Path.Combine(store.Root, id));
    private JobFolder? _folder;

    /// <summary>The job id.</summary>
    public string Id => id;

    /// <summary>Whether a cluster goes on with the job when its coordinator is lost, as its folder said when it was read last.</summary>
    public bool IsKept { get; private set; }

    /// <summary>The job's folder.</summary>
    public JobFolder Folder => _folder ??= store.Open(id);

    /// <summary>What is wrong with the folder.</summary>
    public Trouble Reading { get; } = new();

    /// <summary>Why it cannot be taken over.</summary>
    public Trouble TakingOver { get; } = new();

    /// <summary>How long its claim has not grown.</summary>
    public ClaimWatch Watch { get; } = new();

    /// <summary>The newest attempt to take it over; null: there was none.</summary>
    public Task? Attempt { get; set; }

    /// <summary>Reads the folder, if anything in it has changed.</summary>
    /// <exception cref="Core.InvalidInputException">It is damaged; it is read again at the next call.</exception>
    /// <exception cref="IOException">It cannot be read; likewise.</exception>
    public void Refresh()
    {
        if (!_changes.Look()) return;
        try
        {
            IsKept = store.Holds(id) && Folder.IsKept;
            Reading.End();
        }
        catch
        {
            IsKept = false;
            _changes.Forget();
            throw;
        }
    }
}
