namespace DistConv.Training.Jobs;

/// <summary>How a cluster's coordinator runs a job, for the one that takes over from it.</summary>
/// <param name="StopAt">The step at which to end with a snapshot; null: at the job's end.</param>
/// <param name="SnapshotEverySteps">Steps between snapshots; null: by time.</param>
/// <param name="SnapshotSeconds">Without <paramref name="SnapshotEverySteps"/>: seconds between snapshots.</param>
/// <param name="Since">The claim under which the job was last started or resumed by command: requests since then are still to be met.</param>
/// <param name="NormsEverySteps">Steps between records of norms; 0: none.</param>
public sealed record RunRecord(
    long? StopAt, long? SnapshotEverySteps, double SnapshotSeconds, long Since, long NormsEverySteps = RunRecord.DefaultNormsEverySteps)
{
    /// <summary>The default of runs, and of what earlier builds wrote.</summary>
    internal const long DefaultNormsEverySteps = 10;
}
