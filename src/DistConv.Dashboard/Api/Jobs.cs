using System.Text.Json;
using System.Text.Json.Serialization;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Dashboard.Api;

/// <summary>All jobs.</summary>
/// <param name="Jobs">The one that was last written to first.</param>
internal sealed record JobList(IReadOnlyList<JobRow> Jobs);

/// <summary>A job in a table.</summary>
internal sealed record JobRow
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its id once more, in events; left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Job { get; init; }

    /// <summary>What it is doing.</summary>
    public required JobState State { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the data set, for people.</summary>
    public required string Data { get; init; }

    /// <summary>Name of the optimizer.</summary>
    public required string Optimizer { get; init; }

    /// <summary>Updates that are applied.</summary>
    public required long Step { get; init; }

    /// <summary>Updates of the whole job.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Epochs that have ended.</summary>
    public required int Epochs { get; init; }

    /// <summary>Mean training loss of the present epoch, or of the last one.</summary>
    public double? Loss { get; init; }

    /// <summary>Training accuracy of the same, 0 … 1; null of a job that has none.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Loss on the test set after the last epoch.</summary>
    public double? TestLoss { get; init; }

    /// <summary>Accuracy on the test set after the last epoch, 0 … 1; null of a job that has none.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Training throughput, while it runs.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>Estimated seconds to its end, while it runs.</summary>
    public double? RemainingSeconds { get; init; }

    /// <summary>When its status was last written.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>One line for people, such as why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>What went wrong without ending it.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>At most 60 losses, evenly over the record; empty until the record has been read.</summary>
    public required IReadOnlyList<double> Spark { get; init; }

    /// <summary>How many silos compute.</summary>
    public required int Silos { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Its note; empty: none.</summary>
    public required string Note { get; init; }
}

/// <summary>A job.</summary>
internal sealed record JobDetail
{
    /// <summary>Its row.</summary>
    public required JobRow Row { get; init; }

    /// <summary>Its status as the client has it.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Its specification as it is stored.</summary>
    public required JsonElement Spec { get; init; }

    /// <summary>Its layers in order.</summary>
    public required IReadOnlyList<LayerInfo> Layers { get; init; }

    /// <summary>What its classes are called; null if they have no names but their numbers.</summary>
    public required IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Which figures its steps and epochs have.</summary>
    public required JobFigures Figures { get; init; }

    /// <summary>The epochs that have ended.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }
}

/// <summary>A layer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its type: "conv2d", "dense" ….</param>
/// <param name="Output">Height, width and channels of its output; one number for a vector.</param>
/// <param name="Parameters">Weights and biases.</param>
/// <param name="Flops">Floating-point operations of one sample of a training step.</param>
/// <param name="Share">Its share of the whole step's operations, 0 … 1.</param>
/// <param name="HasKernels">Whether it has kernels to be looked at.</param>
internal sealed record LayerInfo(string Name, string Kind, IReadOnlyList<int> Output, long Parameters, double Flops, double Share, bool HasKernels);
