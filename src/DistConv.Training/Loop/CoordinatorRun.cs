namespace DistConv.Training.Loop;

/// <summary>A run by a coordinator of a cluster, which takes it over when that coordinator is lost.</summary>
/// <param name="Silo">The coordinator's silo, address and generation.</param>
/// <param name="After">The claim from which it takes over; null: the run is started or resumed by command.</param>
public sealed record CoordinatorRun(string Silo, long? After = null)
{
    /// <summary>The least time after which a step that does not end lets the claim lapse; it also takes 20 times the longest step so far.</summary>
    public TimeSpan StallPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Told on another thread when that is so: the step, and what it waits for.</summary>
    public Action<long, string>? Stalled { get; init; }
}
