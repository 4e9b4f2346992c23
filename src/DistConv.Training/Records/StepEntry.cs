using DistConv.Training.Metrics;

namespace DistConv.Training.Records;

/// <summary>What one step measured, as a job's record has it.</summary>
/// <param name="Step">Number of the step; the first is 0.</param>
/// <param name="Loss">Mean loss of its samples.</param>
/// <param name="Accuracy">Share of its samples that were classified correctly, 0 … 1.</param>
/// <param name="Samples">How many samples it had.</param>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="LayerHashes">The 64-bit hash of each layer's weights on which the step was computed, in layer order.</param>
/// <param name="LearningRate">The learning rate with which it was applied; null in records of builds that did not note it.</param>
public sealed record StepEntry(
    long Step,
    double Loss,
    double Accuracy,
    int Samples,
    double Milliseconds,
    IReadOnlyList<ulong> LayerHashes,
    float? LearningRate)
{
    /// <summary>When it ended; null in records of builds that did not note it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>How long its phases took, and the bytes that left a process.</summary>
    public StepTiming Timing { get; init; }

    /// <summary>Shards that were computed again in it.</summary>
    public int RetriedShards { get; init; }

    /// <summary>The norms of each layer's gradient and weights, in layer order; null in the steps that do not measure them.</summary>
    public LayerNorms? Norms { get; init; }
}
