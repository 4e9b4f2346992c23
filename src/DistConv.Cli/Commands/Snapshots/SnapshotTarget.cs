using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary>What a person means by FILE, JOB, JOB@best, JOB@last, JOB@STEP or DIR.</summary>
/// <param name="Name">As it was given.</param>
/// <param name="Folder">The job, or null.</param>
/// <param name="IsDirectory">Whether it is a folder of snapshot files; otherwise, without a job, it is a file.</param>
/// <param name="Choice">Which of the job's snapshots was named after '@'; null: none.</param>
internal sealed record SnapshotTarget(string Name, JobFolder? Folder, bool IsDirectory, SnapshotChoice? Choice = null)
{
    /// <summary>How help describes a target of commands that look at training.</summary>
    public const string Description = "A snapshot file, a job for its last snapshot, or JOB@best, JOB@last, JOB@STEP.";

    /// <summary>How help describes a target of commands that use a trained network.</summary>
    public const string ModelDescription = "A snapshot file, a job for the snapshot of its best epoch (else its last), or JOB@best, JOB@last, JOB@STEP.";

    /// <summary>Finds out: a file or a path is itself, then a job of the store goes before a folder of that name.</summary>
    /// <exception cref="InvalidInputException">There is nothing of that name.</exception>
    public static SnapshotTarget Find(string name, StoreOptions store, CliContext context)
    {
        bool isPath = name.EndsWith(SnapshotFile.Ending, StringComparison.OrdinalIgnoreCase) || name.AsSpan().IndexOfAny('/', '\\') >= 0;
        if (File.Exists(name)) return new SnapshotTarget(name, null, false);
        if (isPath) return new SnapshotTarget(name, null, Directory.Exists(name));
        bool isDirectory = Directory.Exists(name);
        StoreSource jobs = store.Open(context);
        if (!isDirectory && name.Split('@') is [var ofJob, var choice]) return new SnapshotTarget(
            name, jobs.Open(ofJob), false, SnapshotChoice.Parse(choice));
        bool isJob = jobs.TryOpen()?.List().Contains(name) == true;
        return isDirectory && !isJob ? new SnapshotTarget(name, null, true) : new SnapshotTarget(name, jobs.Open(name), false);
    }

    /// <summary>All snapshot files that are meant, by name: of a job, those for resuming and those for looking at kernels.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public IReadOnlyList<string> Files()
    {
        string[] files = Folder is not null && Choice is { } choice ? [SnapshotSelection.Candidates(StoreSource.Outline(Folder), choice)[0].Path]
            : Folder is not null ? [.. Folder.Snapshots().Select(head => head.Path), .. Folder.KernelFiles()]
            : IsDirectory ? [.. Directory.EnumerateFiles(Name, "*" + SnapshotFile.Ending).Order(StringComparer.Ordinal)]
            : [Name];
        return files.Length > 0 ? files : throw new InvalidInputException(
            Folder is not null ? $"job '{Name}' has no snapshot yet" : $"folder '{Name}' holds no snapshot (a file that ends in {SnapshotFile.Ending})");
    }

    /// <summary>Reads the file, or the job's snapshot: the one that was named, else the last one that is whole.</summary>
    /// <param name="output">Where damaged newer snapshots are named.</param>
    /// <returns>The path and all of the snapshot, checked.</returns>
    /// <exception cref="InvalidInputException">There is none, it is damaged, or it is a folder.</exception>
    public (string Path, Snapshot Snapshot) Read(IConsoleOutput output) => Read(output, SnapshotChoice.Last);

    /// <summary>As <see cref="Read(IConsoleOutput)"/>, for commands that use the weights: refuses what a later build has made.</summary>
    /// <param name="output">Where damaged newer snapshots are named.</param>
    /// <returns>The path and all of the snapshot, checked.</returns>
    /// <exception cref="InvalidInputException">There is none, it is damaged, it is a folder, or its version is newer than this build's.</exception>
    public (string Path, Snapshot Snapshot) ReadKnown(IConsoleOutput output) => Known(Read(output, SnapshotChoice.Last));

    /// <summary>Reads a trained network: the file, or the job's snapshot that was named, else the one of its best epoch, else the last. Says which it was, and
    /// whether there is a better one.</summary>
    /// <param name="output">Where that is said.</param>
    /// <returns>The path and all of the snapshot, checked.</returns>
    /// <exception cref="InvalidInputException">There is none, it is damaged, it is a folder, or its version is newer than this build's.</exception>
    public (string Path, Snapshot Snapshot) ReadModel(IConsoleOutput output) => Known(Read(output, SnapshotChoice.BestElseLast, isModel: true));

    private static (string Path, Snapshot Snapshot) Known((string Path, Snapshot Snapshot) read)
    {
        TrainedModel.EnsureKnown(read.Snapshot, read.Path);
        return read;
    }

    private (string Path, Snapshot Snapshot) Read(IConsoleOutput output, SnapshotChoice byDefault, bool isModel = false)
    {
        if (Folder is null) return (Name, SnapshotFile.Read(Name));
        JobOutline job = StoreSource.Outline(Folder);
        (SnapshotHead head, Snapshot snapshot) = SnapshotSelection.ReadAsync(
            job, Choice ?? byDefault, candidate => Task.FromResult(Folder.ReadSnapshot(candidate)), output.Warn).GetAwaiter().GetResult();
        if (isModel) Say(output, head, job);
        return (head.Path, AsOfTheJob(snapshot));
    }

    /// <summary>The snapshot with the job's length: the file has the one from before an extension.</summary>
    private Snapshot AsOfTheJob(Snapshot snapshot) =>
        snapshot.Spec.TotalSteps == Folder!.Spec.TotalSteps ? snapshot : new Snapshot(snapshot, snapshot.Tensors) { Spec = Folder.Spec };

    /// <summary>Which snapshot of the job is used, and whether there is a better one.</summary>
    private static void Say(IConsoleOutput output, SnapshotHead used, JobOutline job)
    {
        EpochMetrics? best = EarlyStopping.Best(job.Spec, job.Epochs);
        string metric = EarlyStopping.Metric(job.Spec);
        string what = used.Step == best?.Step ? $", of the best epoch, {best.Epoch} of {job.Epochs.Count}, by {metric}" : "";
        output.Say($"using the snapshot of step {used.Step:N0} of job {job.Job}{what}");
        if (best is null || used.Step == best.Step) return;
        bool isThere = job.Best is not null;
        output.Say($"  a better one {(isThere ? "exists" : "existed")}: epoch {best.Epoch} by {metric}, step "
            + $"{best.Step:N0}{(isThere ? $" ({job.Job}@best)" : "; its snapshot is gone")}");
    }
}
