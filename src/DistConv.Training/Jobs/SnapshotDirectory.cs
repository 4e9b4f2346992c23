using DistConv.Core;
using DistConv.Training.Metrics;
using DistConv.Training.Schedules;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <summary>The snapshots of one job: files in <c>snapshots</c>, and a head for each that is complete and on the disk.</summary>
/// <param name="folder">The job's folder.</param>
/// <param name="spec">The job's specification.</param>
internal sealed class SnapshotDirectory(string folder, JobSpec spec)
{
    /// <summary>How many full snapshots stay, besides step 0 and the best epoch's.</summary>
    public const int KeptSnapshots = 3;

    /// <summary>How many kernels-only files stay.</summary>
    public const int KeptKernels = 200;

    private readonly string _files = Path.Combine(folder, StoreNames.Snapshots);

    /// <summary>The snapshots that are entered, by ascending step and fence.</summary>
    /// <returns>Heads; their files have not been looked at.</returns>
    public List<SnapshotHead> Heads() =>
        [.. StoreNames.Numbered(folder, "head").Select(head => new SnapshotHead(head.First, head.Second, SnapshotPath(head.First, head.Second)))];

    /// <summary>The kernels-only files by ascending step.</summary>
    /// <returns>Paths.</returns>
    public List<string> Kernels() => [.. KernelRecords().Select(record => record.Path)];

    /// <summary>The kernels-only files with their steps, by ascending step and fence.</summary>
    public List<(long Step, string Path)> KernelRecords() =>
        [.. StoreNames.Numbered(_files, "kernels", SnapshotFile.Ending).Select(file => (file.First, file.Path))];

    /// <summary>Writes a snapshot, enters its head when it is on the disk, and only then removes what is not kept.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="fence">The writer's claim.</param>
    /// <param name="ensureFence">Throws when the claim is outbid.</param>
    /// <returns>Its head.</returns>
    public SnapshotHead Add(Snapshot snapshot, long fence, Action ensureFence)
    {
        if (!IsOurs(snapshot))
        {
            throw new ArgumentException("the snapshot is not a full one of this job", nameof(snapshot));
        }

        SnapshotHead head = new(snapshot.Step, fence, SnapshotPath(snapshot.Step, fence));
        string headPath = HeadPath(head);
        if (File.Exists(headPath))
        {
            return head; // The same job, step and claim: the same bits.
        }

        Directory.CreateDirectory(_files);
        string sha256;
        if (File.Exists(head.Path))
        {
            SnapshotFile.Verify(head.Path, out sha256); // An earlier attempt failed between the file and its head.
        }
        else
        {
            sha256 = SnapshotFile.Write(head.Path, snapshot);
        }

        ensureFence();
        HeadRecord record = new(Path.GetFileName(head.Path), sha256);
        AtomicFile.Publish(headPath, durable: true, stream => stream.Write(JobJson.Write(record, StoreJsonContext.Default.HeadRecord)));
        AddKernels(snapshot, fence);
        Retain(head, BestFigure.KeptSteps(spec, snapshot.Epochs));
        return head;
    }

    /// <summary>The newest snapshot that is whole.</summary>
    /// <param name="warnings">A line for each newer one that is not.</param>
    /// <returns>The snapshot, or null when there is none.</returns>
    public StoredSnapshot? LatestVerified(out IReadOnlyList<string> warnings)
    {
        List<string> skipped = [];
        warnings = skipped;
        foreach (SnapshotHead head in Heads().AsEnumerable().Reverse())
        {
            try
            {
                return new StoredSnapshot(head, Read(head));
            }
            catch (InvalidInputException e)
            {
                skipped.Add($"step {head.Step} is skipped: {e.Message}");
            }
        }

        return null;
    }

    /// <summary>The epochs that had ended at the newest snapshot.</summary>
    /// <returns>Those in the newest header that can be read; none without one.</returns>
    public IReadOnlyList<EpochMetrics> LatestEpochs()
    {
        foreach (SnapshotHead head in Heads().AsEnumerable().Reverse())
        {
            try
            {
                return SnapshotFile.ReadHeader(head.Path).Epochs;
            }
            catch (InvalidInputException)
            {
                // Damaged, or removed meanwhile: who reads its weights says so.
            }
        }

        return [];
    }

    /// <summary>Reads a snapshot and checks that it is the file which its head names.</summary>
    /// <param name="head">Its head.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="InvalidInputException">It is damaged, another one, or not there.</exception>
    public Snapshot Read(SnapshotHead head)
    {
        byte[]? json = AtomicFile.TryReadAllBytes(HeadPath(head));
        HeadRecord? record = json is null ? null : JobJson.TryParse(json, StoreJsonContext.Default.HeadRecord);
        if (record is null || record.File != Path.GetFileName(head.Path))
        {
            throw new InvalidInputException($"head '{HeadPath(head)}' is damaged");
        }

        Snapshot snapshot = SnapshotFile.Read(head.Path, out string sha256);
        return sha256 == record.Sha256 && snapshot.Step == head.Step && IsOurs(snapshot)
            ? snapshot
            : throw new InvalidInputException($"snapshot '{head.Path}' is not the file that its head names");
    }

    /// <summary>A job that was extended has snapshots of when it had fewer steps. Where the number of steps matters it cannot be extended.</summary>
    private bool IsOurs(Snapshot snapshot)
    {
        bool totalMatters = spec.Schedule is { } schedule && Schedule.DependsOnTotal(schedule);
        JobSpec theirs = totalMatters ? snapshot.Spec : snapshot.Spec with { TotalSteps = spec.TotalSteps };
        return snapshot.Content == SnapshotContent.Full && JobJson.Canonical(theirs) == JobJson.Canonical(spec);
    }

    private void AddKernels(Snapshot snapshot, long fence)
    {
        string path = Path.Combine(_files, StoreNames.Kernels(snapshot.Step, fence));
        if (snapshot.KernelsOnly() is not { } kernels || File.Exists(path))
        {
            return;
        }

        SnapshotFile.Write(path, kernels);
        List<(string Path, long First, long Second)> files = StoreNames.Numbered(_files, "kernels", SnapshotFile.Ending);
        HashSet<int> kept = [.. KernelThinning.Kept([.. files.Select(file => file.First)], KeptKernels)];
        for (int i = 0; i < files.Count; i++)
        {
            if (!kept.Contains(i))
            {
                AtomicFile.TryDelete(files[i].Path);
            }
        }
    }

    /// <summary>Keeps step 0, the best epochs' and the last ones that were written. A higher claim was written later, whatever its step: what it skipped is
    /// damaged.</summary>
    private void Retain(SnapshotHead written, HashSet<long> bestSteps)
    {
        int kept = 0;
        foreach (SnapshotHead head in Heads().OrderByDescending(head => head.Fence).ThenByDescending(head => head.Step))
        {
            bool stays = head.Step == 0 || bestSteps.Contains(head.Step) || head.Step > written.Step || head == written || ++kept < KeptSnapshots;
            if (!stays)
            {
                AtomicFile.TryDelete(HeadPath(head)); // The head first: a head without its file would be a warning.
                AtomicFile.TryDelete(head.Path);
            }
        }

        RemoveLeftovers(written);
    }

    /// <summary>Removes what a writer that died left: files without a head, and temporary files, of this claim's past or of lower claims.</summary>
    private void RemoveLeftovers(SnapshotHead written)
    {
        foreach ((string path, long step, long fence) in StoreNames.Numbered(_files, "step", SnapshotFile.Ending))
        {
            SnapshotHead head = new(step, fence, path);
            if ((fence < written.Fence || (fence == written.Fence && step < written.Step)) && !File.Exists(HeadPath(head)))
            {
                AtomicFile.TryDelete(path);
            }
        }

        foreach (string path in Directory.EnumerateFiles(_files, "*" + AtomicFile.TemporaryEnding))
        {
            string[] parts = Path.GetFileName(path).Split('-', '.');
            if (parts.Length > 2 && long.TryParse(parts[2], out long fence) && fence < written.Fence)
            {
                AtomicFile.TryDelete(path);
            }
        }
    }

    private string SnapshotPath(long step, long fence) => Path.Combine(_files, StoreNames.Snapshot(step, fence));

    private string HeadPath(SnapshotHead head) => Path.Combine(folder, StoreNames.Head(head.Step, head.Fence));
}
