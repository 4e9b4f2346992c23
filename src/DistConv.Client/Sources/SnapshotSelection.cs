using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Client.Sources;

/// <summary>Finds the snapshot that a choice means.</summary>
internal static class SnapshotSelection
{
    /// <summary>The snapshots that a choice allows, the one that it means first. The others are for when that one is damaged.</summary>
    /// <param name="job">The job.</param>
    /// <param name="choice">Which one is meant.</param>
    /// <returns>At least one; none has been looked at.</returns>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static IReadOnlyList<SnapshotHead> Candidates(JobOutline job, SnapshotChoice choice)
    {
        if (choice.Step is { } step) return job.At(step) is { } found ? [found] : throw Missing(job, step);
        if (job.Snapshots.Count == 0) throw new InvalidInputException($"job '{job.Job}' has no snapshot yet");
        SnapshotHead[] newestFirst = [.. job.Snapshots.Reverse()];
        if (choice.IsLast) return newestFirst;
        if (job.Best is not { } best) return choice.IsBest ? throw MissingBest(job) : newestFirst;
        return choice.IsBest ? [best] : [best, .. newestFirst.Where(head => head != best)];
    }

    /// <summary>Reads the snapshot that a choice means. Where it allows others, a damaged one is skipped with a warning.</summary>
    /// <param name="job">The job.</param>
    /// <param name="choice">Which one is meant.</param>
    /// <param name="read">Reads and checks one.</param>
    /// <param name="warn">Gets one line at a time.</param>
    /// <returns>The snapshot, and what was read.</returns>
    /// <exception cref="InvalidInputException">There is none, or none that verifies.</exception>
    public static async Task<(SnapshotHead Head, T Content)> ReadAsync<T>(
        JobOutline job, SnapshotChoice choice, Func<SnapshotHead, Task<T>> read, Action<string> warn)
    {
        IReadOnlyList<SnapshotHead> candidates = Candidates(job, choice);
        foreach (SnapshotHead head in candidates)
        {
            try
            {
                return (head, await read(head));
            }
            catch (InvalidInputException e) when (candidates.Count > 1)
            {
                warn($"the snapshot of step {head.Step} was skipped: {e.Message}");
            }
        }

        throw new InvalidInputException($"job '{job.Job}' has no snapshot that verifies");
    }

    private static InvalidInputException Missing(JobOutline job, long step)
    {
        string steps = string.Join(", ", job.Snapshots.Select(head => head.Step).Distinct());
        return new($"job '{job.Job}' has no snapshot of step {step}; {(job.Snapshots.Count == 0 ? "it has none yet" : $"it has those of steps {steps}")}");
    }

    private static InvalidInputException MissingBest(JobOutline job) => new(EarlyStopping.Best(job.Spec, job.Epochs) is { } epoch
        ? $"job '{job.Job}' no longer has the snapshot of its best epoch, {epoch.Epoch} (step {epoch.Step})"
        : $"job '{job.Job}' has no best epoch: none has ended with a loss better than guessing");
}
