using DistConv.Training.Metrics;

namespace DistConv.Training.Records;

/// <summary>What the machines measured in a step. None of it has an effect on the job's bits.</summary>
/// <param name="Time">When the step ended.</param>
/// <param name="Milliseconds">Its wall time.</param>
/// <param name="Timing">How long its phases took.</param>
/// <param name="RetriedShards">Shards that were computed again in it.</param>
/// <param name="Norms">Gradient norm and weight norm of each layer, in turn (see <see cref="LayerNorms"/>); empty if they were not measured.</param>
public readonly record struct StepMeasures(
    DateTimeOffset Time, double Milliseconds, StepTiming Timing, int RetriedShards, ReadOnlyMemory<float> Norms);
