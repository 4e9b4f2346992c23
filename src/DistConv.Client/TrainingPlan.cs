using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Client;

/// <summary>A job in which everything fits together. Nothing of it is stored yet.</summary>
public sealed class TrainingPlan
{
    internal TrainingPlan(JobSpec specification, ModelPlan model, DataSource data, ShardPlan shards, string? dataDirectory)
    {
        Specification = specification;
        Model = model;
        Data = data;
        Shards = shards;
        DataDirectory = dataDirectory;
    }

    /// <summary>The job's id; null: <see cref="IDistConvClient.SubmitAsync(TrainingPlan, CancellationToken)"/> makes one.</summary>
    public string? Id { get; init; }

    /// <summary>Everything that determines the bits of the result.</summary>
    public JobSpec Specification { get; }

    /// <summary>The model with all shapes, parameter counts and costs.</summary>
    public ModelPlan Model { get; }

    /// <summary>The data set.</summary>
    public DataSource Data { get; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch => Shards.StepsPerEpoch;

    /// <summary>What was chosen because the request left it open, and why: one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the model's text left open and a rule decided, such as the order of a Keras input shape: one line each.</summary>
    public IReadOnlyList<string> Decided { get; init; } = [];

    /// <summary>How the data is divided over the shards.</summary>
    internal ShardPlan Shards { get; }

    /// <summary>Where a silo finds the data set by the name in the specification; null if it needs no directory.</summary>
    internal string? DataDirectory { get; }

    /// <summary>The weights of <see cref="JobSpec.InitialWeights"/> in the order of a snapshot; null if the seed draws them, or the job has begun.</summary>
    internal float[]? InitialWeights { get; init; }

    /// <summary>When to stop and to take snapshots.</summary>
    internal RunOptions Run { get; init; } = new();

    /// <summary>How much memory one silo needs that computes all shards; the data set is not counted.</summary>
    /// <param name="threads">Its compute threads, at least 1.</param>
    /// <returns>Bytes, somewhat more than needed.</returns>
    public long EstimateMemoryBytes(int threads) => MemoryEstimate.Bytes(Specification, threads);
}
