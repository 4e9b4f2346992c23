namespace DistConv.Training.Loop;

/// <summary>How a run of a job goes about it, without any effect on its bits.</summary>
/// <param name="StopAt">End with a snapshot after this many steps of the job, or null: go to the end.</param>
/// <param name="SnapshotEverySteps">A snapshot whenever the step is a multiple of it, or null: by time.</param>
/// <param name="SnapshotSeconds">Without <paramref name="SnapshotEverySteps"/>: seconds between snapshots. Default 5.</param>
public sealed record RunOptions(long? StopAt = null, long? SnapshotEverySteps = null, double SnapshotSeconds = 5);
