using DistConv.Training.Loop;

namespace DistConv.Grains.Contracts;

/// <summary><see cref="RunOptions"/> in a message.</summary>
/// <param name="StopAt">The step at which to end with a snapshot, without changing the job; null: at the job's end.</param>
/// <param name="SnapshotEverySteps">Steps between snapshots; null: by time.</param>
/// <param name="SnapshotSeconds">Without <paramref name="SnapshotEverySteps"/>: seconds between snapshots.</param>
/// <param name="NormsEverySteps">Steps between records of norms; 0: none.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.RunMessage")]
public sealed record RunMessage(
    [property: Id(0)] long? StopAt,
    [property: Id(1)] long? SnapshotEverySteps,
    [property: Id(2)] double SnapshotSeconds,
    [property: Id(3)] long NormsEverySteps = RunOptions.DefaultNormsEverySteps)
{
    /// <summary>A message of these options.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The message.</returns>
    public static RunMessage From(RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RunMessage(options.StopAt, options.SnapshotEverySteps, options.SnapshotSeconds, options.NormsEverySteps);
    }

    /// <summary>The options in the message.</summary>
    /// <returns>The options.</returns>
    public RunOptions ToOptions() => new(StopAt, SnapshotEverySteps, SnapshotSeconds, NormsEverySteps);
}
