namespace DistConv.Training.Loop;

/// <summary>A run by a coordinator of a cluster, which takes it over when that coordinator is lost.</summary>
/// <param name="Silo">The coordinator's silo, address and generation.</param>
/// <param name="After">The claim from which it takes over; null: the run is started or resumed by command.</param>
public sealed record CoordinatorRun(string Silo, long? After = null);
