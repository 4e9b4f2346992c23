using System.Globalization;
using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary>What a person means by FILE, JOB, JOB@STEP or DIR.</summary>
/// <param name="Name">As it was given.</param>
/// <param name="Folder">The job, or null.</param>
/// <param name="IsDirectory">Whether it is a folder of snapshot files; otherwise, without a job, it is a file.</param>
/// <param name="Step">Which of the job's snapshots, by JOB@STEP; null: the newest.</param>
internal sealed record SnapshotTarget(string Name, JobFolder? Folder, bool IsDirectory, long? Step = null)
{
    /// <summary>Finds out: a file or a path is itself, then a job of the store goes before a folder of that name.</summary>
    /// <exception cref="InvalidInputException">There is nothing of that name.</exception>
    public static SnapshotTarget Find(string name, StoreOptions store, CliContext context)
    {
        bool isPath = name.EndsWith(SnapshotFile.Ending, StringComparison.OrdinalIgnoreCase) || name.AsSpan().IndexOfAny('/', '\\') >= 0;
        if (File.Exists(name)) return new SnapshotTarget(name, null, false);
        if (isPath) return new SnapshotTarget(name, null, Directory.Exists(name));
        bool isDirectory = Directory.Exists(name);
        if (!isDirectory && name.Split('@') is [var ofJob, var step])
        {
            return long.TryParse(step, NumberStyles.None, null, out long number)
                ? new SnapshotTarget(name, store.OpenJob(ofJob, context.Time), false, number)
                : throw new InvalidInputException($"'{name}' names no snapshot: after '@' comes a step, such as {ofJob}@0");
        }

        bool isJob = store.TryOpen(context.Time) is { } jobs && jobs.List().Contains(name);
        return isDirectory && !isJob ? new SnapshotTarget(name, null, true) : new SnapshotTarget(name, store.OpenJob(name, context.Time), false);
    }

    /// <summary>All snapshot files that are meant, by name: of a job, those for resuming and those for looking at kernels.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public IReadOnlyList<string> Files()
    {
        string[] files = Folder is not null && Step is { } step ? [ReadStep(Folder, step).Path]
            : Folder is not null ? [.. Folder.Snapshots().Select(head => head.Path), .. Folder.KernelFiles()]
            : IsDirectory ? [.. Directory.EnumerateFiles(Name, "*" + SnapshotFile.Ending).Order(StringComparer.Ordinal)]
            : [Name];
        return files.Length > 0 ? files : throw new InvalidInputException(
            Folder is not null ? $"job '{Name}' has no snapshot yet" : $"folder '{Name}' holds no snapshot (a file that ends in {SnapshotFile.Ending})");
    }

    /// <summary>Reads the file, or the newest snapshot of the job that is whole.</summary>
    /// <param name="output">Where damaged newer snapshots are named.</param>
    /// <returns>The path and all of the snapshot, checked.</returns>
    /// <exception cref="InvalidInputException">There is none, it is damaged, or it is a folder.</exception>
    public (string Path, Snapshot Snapshot) Read(IConsoleOutput output)
    {
        if (Folder is null) return (Name, SnapshotFile.Read(Name));
        if (Step is { } step) return ReadStep(Folder, step);
        StoredSnapshot? stored = Folder.LatestVerified(out IReadOnlyList<string> warnings);
        foreach (string warning in warnings) output.Warn(warning);
        return stored is not null ? (stored.Head.Path, stored.Snapshot) : throw new InvalidInputException($"job '{Name}' has no snapshot that verifies");
    }

    private static (string Path, Snapshot Snapshot) ReadStep(JobFolder folder, long step)
    {
        SnapshotHead[] heads = [.. folder.Snapshots()];
        if (heads.LastOrDefault(head => head.Step == step) is { Path: { } path }) return (path, SnapshotFile.Read(path));
        string steps = string.Join(", ", heads.Select(head => head.Step).Distinct());
        throw new InvalidInputException($"job '{folder.Id}' has no snapshot of step {step}; {(heads.Length == 0 ? "it has none yet" : $"it has those of steps {steps}")}");
    }

    /// <summary>As <see cref="Read"/>, for commands that use the weights: refuses what a later build has made.</summary>
    /// <param name="output">Where damaged newer snapshots are named.</param>
    /// <returns>The path and all of the snapshot, checked.</returns>
    /// <exception cref="InvalidInputException">There is none, it is damaged, it is a folder, or its version is newer than this build's.</exception>
    public (string Path, Snapshot Snapshot) ReadKnown(IConsoleOutput output)
    {
        (string path, Snapshot snapshot) = Read(output);
        EnsureKnown(snapshot, path);
        return (path, snapshot);
    }

    /// <summary>Refuses what a later build has made: what it means by its numbers is not known here.</summary>
    /// <exception cref="InvalidInputException">The version is newer than this build's.</exception>
    public static void EnsureKnown(SnapshotInfo info, string path)
    {
        int version = Math.Max(info.NumericsVersion, info.Spec.NumericsVersion);
        if (version > NumericsVersion.Current)
            throw new InvalidInputException($"snapshot '{path}' has numericsVersion {version}, newer than this build's {NumericsVersion.Current}; use the build that made it");
    }
}
