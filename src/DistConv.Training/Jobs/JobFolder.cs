using System.Text.Json.Serialization.Metadata;
using DistConv.Core;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <summary>
/// One job in a store: its specification, snapshots, status and record. No file in it is ever overwritten (but the pictures filters.png and loss.png, which are
/// drawn from the others). Whoever trains the job claims a fence first and gives
/// it to everything that writes; a higher claim, by any process on any machine, makes the lower one's next write fail with <see cref="FencedException"/>.
/// Safe for several threads, except the writer that <see cref="OpenRecord"/> returns.
/// </summary>
public sealed partial class JobFolder
{
    private const int KeptStatusFiles = 3;

    private readonly TimeProvider _time;
    private readonly SnapshotDirectory _snapshots;
    private readonly ExtensionRecord? _extension;
    private readonly Lock _statusGate = new();
    private readonly Lock _snapshotGate = new();

    internal JobFolder(string id, string path, JobSpec spec, TimeProvider time)
    {
        Id = id;
        Path = path;
        _extension = ReadExtension(path);
        Spec = _extension?.TotalSteps > spec.TotalSteps ? spec with { TotalSteps = _extension.TotalSteps } : spec;
        _time = time;
        _snapshots = new SnapshotDirectory(path, Spec);
    }

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>The folder, as a full path.</summary>
    public string Path { get; }

    /// <summary>The job's specification, with the steps that <see cref="Extend"/> has given it.</summary>
    public JobSpec Spec { get; }

    /// <summary>Checks the specification: a store may hold what an older build accepted.</summary>
    /// <exception cref="InvalidInputException">The job cannot run; the line lists every setting that is not valid.</exception>
    public void EnsureCanRun()
    {
        IReadOnlyList<SettingProblem> problems = JobSpecCheck.FindProblems(Spec);
        if (problems.Count > 0) throw new InvalidInputException($"job '{Id}' cannot run: {string.Join("; ", problems)}");
    }

    /// <summary>
    /// Writes a snapshot and, when it is on the disk, enters it. Then removes full snapshots other than step 0, the best epoch's and the last three, and thins
    /// the kernels-only files (one for each snapshot, when the model has convolutions) to at most 200. The same step under the same fence is written once.
    /// </summary>
    /// <param name="snapshot">The snapshot of this job.</param>
    /// <param name="fence">The caller's claim.</param>
    /// <returns>The snapshot's head.</returns>
    /// <exception cref="ArgumentException">The snapshot belongs to another specification, or is not full.</exception>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses; earlier snapshots are untouched.</exception>
    public SnapshotHead WriteSnapshot(Snapshot snapshot, long fence)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        EnsureFence(fence);
        try
        {
            lock (_snapshotGate)
            {
                return _snapshots.Add(snapshot, fence, () => EnsureFence(fence));
            }
        }
        catch (IOException e) when (IsOutbid(fence))
        {
            // The new owner has removed our temporary file.
            throw new FencedException(Id, fence, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreDisk.Refused(Path, $"the snapshot of step {snapshot.Step}", e);
        }
    }

    /// <summary>The full snapshots, by ascending step and fence.</summary>
    /// <returns>Their heads; the files have not been checked.</returns>
    public IReadOnlyList<SnapshotHead> Snapshots() => _snapshots.Heads();

    /// <summary>The kernels-only snapshots for animations, by ascending step.</summary>
    /// <returns>Paths for <see cref="SnapshotFile.Read(string)"/>.</returns>
    public IReadOnlyList<string> KernelFiles() => _snapshots.Kernels();

    /// <summary>Reads the newest snapshot that is whole.</summary>
    /// <param name="warnings">One line for each newer snapshot that is damaged or missing, and was skipped.</param>
    /// <returns>The snapshot; null when there is none.</returns>
    public StoredSnapshot? LatestVerified(out IReadOnlyList<string> warnings) => _snapshots.LatestVerified(out warnings);

    /// <summary>Reads a snapshot and checks that it is the file which was entered.</summary>
    /// <param name="head">One of <see cref="Snapshots"/>.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="InvalidInputException">It is damaged, another one, or has been removed.</exception>
    public Snapshot ReadSnapshot(SnapshotHead head) => _snapshots.Read(head);

    /// <summary>The epochs that had ended when the newest snapshot was taken, from its header alone.</summary>
    /// <returns>None without a snapshot whose header can be read.</returns>
    public IReadOnlyList<EpochMetrics> LatestEpochs() => _snapshots.LatestEpochs();

    /// <summary>Writes the job's status. The last three stay.</summary>
    /// <param name="status">The status.</param>
    /// <param name="fence">The caller's claim.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteStatus(JobStatusRecord status, long fence)
    {
        ArgumentNullException.ThrowIfNull(status);
        lock (_statusGate)
        {
            EnsureFence(fence);
            List<(string Path, long Fence, long Number)> files = StoreNames.Numbered(Path, "status", ".json");
            long number = files.FindLast(file => file.Fence == fence).Number + 1;
            byte[] json = JobJson.Write(status, StoreJsonContext.Default.JobStatusRecord);
            StoreDisk.Write(
                Path, "the job's status", () => AtomicFile.Publish(In(StoreNames.Status(fence, number)), durable: false, stream => stream.Write(json)));
            foreach ((string path, _, _) in files.SkipLast(KeptStatusFiles - 1))
            {
                AtomicFile.TryDelete(path);
            }
        }
    }

    /// <summary>The status that the highest fence wrote last.</summary>
    /// <returns>Null before the first.</returns>
    public JobStatusRecord? ReadStatus() => AsExtended(ReadLast("status", StoreJsonContext.Default.JobStatusRecord));

    /// <summary>Notes what a resuming process has to know about this one.</summary>
    /// <param name="origin">The note; the first under a fence stays.</param>
    /// <param name="fence">The caller's claim.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteOrigin(JobOrigin origin, long fence)
    {
        EnsureFence(fence);
        string path = In(StoreNames.Origin(fence));
        if (!File.Exists(path))
        {
            byte[] json = JobJson.Write(origin, StoreJsonContext.Default.JobOrigin);
            AtomicFile.Publish(path, durable: true, stream => stream.Write(json));
        }
    }

    /// <summary>The highest fence's note.</summary>
    /// <returns>Null when there is none.</returns>
    public JobOrigin? ReadOrigin() => ReadLast("origin", StoreJsonContext.Default.JobOrigin);

    /// <summary>The job in one line of a list.</summary>
    /// <returns>Its state, steps and accuracy.</returns>
    public JobSummary Summary()
    {
        bool running = IsRunning; // Before the status: a job that ends in between is "done", not "interrupted".
        JobStatusRecord? status = ReadStatus();
        JobState state = status?.State ?? JobState.Queued;
        return new JobSummary(
            Id,
            state == JobState.Running && !running ? JobState.Interrupted : state,
            Spec.ModelName,
            Spec.Data,
            status?.Step ?? 0,
            Spec.TotalSteps,
            status?.LastEpoch?.Epoch ?? 0,
            JobFigures.MeasuredAccuracy(Spec.Labels, status?.LastEpoch?.TestAccuracy),
            status?.UpdatedAt)
        {
            Labels = ReadLabels(),
        };
    }

    internal static JobSpec ReadSpec(string path)
    {
        byte[] json = AtomicFile.TryReadAllBytes(path) ?? throw new InvalidInputException($"'{path}' does not exist");
        return JobJson.TryParse(json, SpecJsonContext.Default.JobSpec)
            ?? throw new InvalidInputException($"'{path}' is damaged, or was written by another version of DistConv");
    }

    private T? ReadLast<T>(string prefix, JsonTypeInfo<T> type)
        where T : class
    {
        while (true)
        {
            bool gone = false;
            foreach ((string path, _, _) in StoreNames.Numbered(Path, prefix, ".json").AsEnumerable().Reverse())
            {
                byte[]? json = AtomicFile.TryReadAllBytes(path);
                gone |= json is null;
                if (json is not null && JobJson.TryParse(json, type) is { } value)
                {
                    return value;
                }
            }

            if (!gone)
            {
                return null;
            }

            // Its writer was faster than we: newer ones took their places.
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
