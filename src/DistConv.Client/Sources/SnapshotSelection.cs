using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Client.Sources;

/// <summary>Finds the snapshot that a choice means.</summary>
internal static class SnapshotSelection
{
    /// <summary>Finds it.</summary>
    /// <param name="job">The job, for messages.</param>
    /// <param name="spec">Its specification.</param>
    /// <param name="snapshots">Its snapshots, by ascending step.</param>
    /// <param name="epochs">Its epochs.</param>
    /// <param name="newest">The newest snapshot that is whole, or null.</param>
    /// <param name="choice">Which one is meant.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static SnapshotHead Choose(
        string job, JobSpec spec, IReadOnlyList<SnapshotHead> snapshots, IReadOnlyList<EpochMetrics> epochs, SnapshotHead? newest, SnapshotChoice choice)
    {
        if (choice.Step is { } step)
        {
            if (snapshots.LastOrDefault(head => head.Step == step) is { Path: not null } found) return found;
            string steps = string.Join(", ", snapshots.Select(head => head.Step).Distinct());
            throw new InvalidInputException(
                $"job '{job}' has no snapshot of step {step}; {(snapshots.Count == 0 ? "it has none yet" : $"it has those of steps {steps}")}");
        }

        if (newest is not { } last) throw new InvalidInputException($"job '{job}' has no snapshot that verifies");
        if (choice.IsLast) return last;
        if (JobView.BestOf(spec, snapshots, epochs) is { } best) return best;
        if (!choice.IsBest) return last;
        throw new InvalidInputException(EarlyStopping.Best(spec, epochs) is { } epoch
            ? $"job '{job}' no longer has the snapshot of its best epoch, {epoch.Epoch} (step {epoch.Step})"
            : $"job '{job}' has no best epoch: none has ended with a loss better than guessing");
    }
}
