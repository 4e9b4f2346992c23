using DistConv.Training.Optimizers;

namespace DistConv.Training.Jobs;

/// <summary>
/// Everything that determines the bits of a training run, and nothing else: two runs with equal specifications end with equal weights, wherever they run.
/// </summary>
public sealed record JobSpec
{
    /// <summary>Name of the model, for people: a built-in name or the file's name without its ending.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model in canonical JSON, as <c>ModelSpec.ToJson</c> writes it.</summary>
    public required string ModelJson { get; init; }

    /// <summary>Name of the data set: "digits", "mnist", "fashion-mnist", "cifar10" or "idx"; never a path.</summary>
    public required string Data { get; init; }

    /// <summary>What the data must be: see <see cref="Data.DataSource.Fingerprint"/>.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>How many training samples are used, from the first on.</summary>
    public required int Samples { get; init; }

    /// <summary>Number of training steps of the whole job.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Samples of one step over all shards.</summary>
    public required int GlobalBatch { get; init; }

    /// <summary>Number of logical shards, V.</summary>
    public required int Shards { get; init; }

    /// <summary>Key of every random number.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>The version of the order of operations that makes the bits.</summary>
    public required int NumericsVersion { get; init; }
}
