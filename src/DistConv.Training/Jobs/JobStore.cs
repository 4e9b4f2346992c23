using System.Text;
using DistConv.Core;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <summary>
/// A folder with a folder for each job: the durable truth about jobs. Several processes and machines may use it at once, on a local disk, a Docker volume,
/// NFSv4 or SMB 3.
/// </summary>
public sealed partial class JobStore
{
    private static readonly TimeSpan _lockPatience = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private bool _ready;

    /// <summary>Opens a store, or creates it. Tries out exclusive creation and renaming, on which everything in it depends.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="time">The clock for writing the log; default: the system's.</param>
    /// <exception cref="InvalidInputException">The folder cannot be created or written, or its file system is not fit for a store.</exception>
    public JobStore(string root, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        _time = time ?? TimeProvider.System;
        Root = Path.GetFullPath(root);
        MakeReady();
    }

    private JobStore(TimeProvider? time, string root)
    {
        _time = time ?? TimeProvider.System;
        Root = Path.GetFullPath(root);
        Id = File.Exists(IdPath) ? ReadId() : "";
    }

    /// <summary>The folder, as a full path.</summary>
    public string Root { get; }

    /// <summary>The id that was drawn when the store was created (32 hexadecimal digits): processes that see another one do not share this store.</summary>
    public string Id { get; private set; } = "";

    private string IdPath => Path.Combine(Root, "store-id");

    /// <summary>Opens a store that exists, to read: nothing is written or tried out before something is written to it, so the right to read is
    /// enough.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="time">The clock for writing the log; default: the system's.</param>
    /// <returns>The store; its <see cref="Id"/> is empty if nobody has written to it.</returns>
    /// <exception cref="InvalidInputException">There is no such folder, or its id is damaged or may not be read.</exception>
    public static JobStore OpenRead(string root, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        if (!Directory.Exists(root)) throw new InvalidInputException($"there is no store '{root}': set the store directory to another folder");
        try
        {
            return new JobStore(time, root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the store '{root}' cannot be read ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    /// <summary>Creates a job. A repeated creation with an equal specification gives the same job.</summary>
    /// <param name="jobId">1 to 64 characters of a-z, 0-9 and '-', the first not '-'.</param>
    /// <param name="spec">What determines the bits.</param>
    /// <returns>The job's folder.</returns>
    /// <exception cref="InvalidInputException">
    /// The id or the specification is not valid (then nothing is written), the job exists with another specification, or the folder cannot be written.
    /// </exception>
    public JobFolder Create(string jobId, JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        EnsureValid(jobId);
        JobSpecCheck.EnsureValid(spec);
        if (!_ready) MakeReady();
        string folder = Path.Combine(Root, jobId);
        string path = Path.Combine(folder, StoreNames.Spec);
        try
        {
            Directory.CreateDirectory(folder);
            using JobLock gate = AcquireGate();
            if (!File.Exists(path))
            {
                byte[] json = JobJson.Write(spec, SpecJsonContext.Default.JobSpec);
                AtomicFile.Publish(path, durable: true, stream => stream.Write(json));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }

        JobSpec there = JobFolder.ReadSpec(path);
        JobFolder job = new(jobId, folder, there, _time);
        string differences = JobJson.Differences(spec.TotalSteps == there.TotalSteps ? there : job.Spec, spec); // Also when it has been extended.
        return differences.Length == 0
            ? job
            : throw new InvalidInputException(
                $"job '{jobId}' exists with another specification ({differences}): choose another job id, or resume the job as it is");
    }

    /// <summary>Opens a job.</summary>
    /// <param name="jobId">Its id.</param>
    /// <returns>Its folder.</returns>
    /// <exception cref="InvalidInputException">There is no such job (the line names those that there are), or its specification cannot be read.</exception>
    public JobFolder Open(string jobId)
    {
        EnsureValid(jobId);
        string folder = Path.Combine(Root, jobId);
        string path = Path.Combine(folder, StoreNames.Spec);
        return File.Exists(path)
            ? new JobFolder(jobId, folder, JobFolder.ReadSpec(path), _time)
            : throw new InvalidInputException($"job '{jobId}' is not in the store '{Root}': {Hint(jobId)}");
    }

    /// <summary>The ids of all jobs, in alphabetical order.</summary>
    /// <returns>Ids for <see cref="Open"/>.</returns>
    public IReadOnlyList<string> List() => [.. ListFolders().Where(Holds).Order(StringComparer.Ordinal)];

    /// <summary>The ids of all folders, also of those in which no specification stands yet, in no order.</summary>
    /// <returns>Ids for <see cref="Holds"/>.</returns>
    public IReadOnlyList<string> ListFolders() => [.. Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)).Where(IsJobId)];

    /// <summary>Whether a folder is a job: its specification stands.</summary>
    /// <param name="jobId">A valid id.</param>
    /// <returns>True if there is one; it has not been read.</returns>
    public bool Holds(string jobId) => File.Exists(Path.Combine(Root, jobId, StoreNames.Spec));

    /// <summary>A line for each job, the one that was last written to first.</summary>
    /// <param name="warnings">A line for each job that cannot be read.</param>
    /// <returns>The jobs.</returns>
    public IReadOnlyList<JobSummary> Summaries(out IReadOnlyList<string> warnings)
    {
        List<JobSummary> summaries = [];
        List<string> unreadable = [];
        foreach (string id in List())
        {
            try
            {
                summaries.Add(Open(id).Summary());
            }
            catch (InvalidInputException e)
            {
                unreadable.Add($"job '{id}' cannot be listed: {e.Message}");
            }
        }

        warnings = unreadable;
        return [.. summaries.OrderByDescending(summary => summary.UpdatedAt ?? DateTimeOffset.MinValue)];
    }

    private void MakeReady()
    {
        try
        {
            Directory.CreateDirectory(Root);
            Probe();
            Id = ReadOrCreateId();
            _ready = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    private void Probe()
    {
        string first = Path.Combine(Root, $".probe-{Guid.NewGuid():N}");
        string second = first + "-renamed";
        try
        {
            new FileStream(first, FileMode.CreateNew, FileAccess.Write).Dispose();
            try
            {
                new FileStream(first, FileMode.CreateNew, FileAccess.Write).Dispose();
                throw new InvalidInputException(
                    $"the file system of the store '{Root}' creates a file twice: use a local disk, a Docker volume, NFSv4 or SMB 3");
            }
            catch (IOException)
            {
                File.Move(first, second, overwrite: false);
            }
        }
        finally
        {
            AtomicFile.TryDelete(first);
            AtomicFile.TryDelete(second);
        }
    }

    private string ReadOrCreateId()
    {
        using (JobLock? gate = File.Exists(IdPath) ? null : AcquireGate())
        {
            if (!File.Exists(IdPath))
            {
                AtomicFile.Publish(IdPath, durable: true, stream => stream.Write(Encoding.ASCII.GetBytes($"{Guid.NewGuid():N}\n")));
            }
        }

        return ReadId();
    }

    private string ReadId()
    {
        string id = Encoding.ASCII.GetString(AtomicFile.TryReadAllBytes(IdPath) ?? []).Trim();
        return Guid.TryParseExact(id, "N", out _) ? id : throw new InvalidInputException($"'{IdPath}' is damaged: remove it while no process uses the store");
    }

    /// <summary>A lock over the whole store for what is created once: renaming without overwriting is not one step on every system.</summary>
    private JobLock AcquireGate() =>
        JobLock.TryAcquire(Path.Combine(Root, ".lock"), _lockPatience)
        ?? throw new InvalidInputException($"the store '{Root}' is locked by another process for more than {_lockPatience.TotalSeconds:0} s");

    private InvalidInputException Unwritable(Exception e) =>
        new($"the store '{Root}' cannot be written ({e.Message.ReplaceLineEndings(" ")}): set the store directory to another folder", e);
}
