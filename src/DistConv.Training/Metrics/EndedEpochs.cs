using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>The epochs that count when a job goes on from a snapshot.</summary>
internal static class EndedEpochs
{
    /// <summary>Leaves out an epoch in whose middle the job ended before it was extended: it goes on, and ends later.</summary>
    /// <param name="spec">The job as it is now.</param>
    /// <param name="epochs">The epochs of the snapshot.</param>
    /// <returns>Those that a job with so many steps from the beginning would have.</returns>
    public static IReadOnlyList<EpochMetrics> Of(JobSpec spec, IReadOnlyList<EpochMetrics> epochs)
    {
        if (epochs.Count == 0) return epochs;
        int stepsPerEpoch = ShardPlan.Of(spec).StepsPerEpoch;
        return [.. epochs.Where(epoch => epoch.Step % stepsPerEpoch == 0 || epoch.Step == spec.TotalSteps)];
    }
}
