using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Cli.Running;

/// <summary>How a job stands at the end of a command. What is not known is null.</summary>
internal sealed record RunReport
{
    /// <summary>The job's id.</summary>
    public required string Job { get; init; }

    /// <summary>Its state.</summary>
    public required JobState State { get; init; }

    /// <summary>Its specification.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>Updates that are applied.</summary>
    public required long Step { get; init; }

    /// <summary>Epochs that have ended.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>Folder of the job, or of the copies that <c>--out</c> asked for.</summary>
    public required string OutDirectory { get; init; }

    /// <summary>Path of the untrained network.</summary>
    public string? InitialSnapshot { get; init; }

    /// <summary>Path of the last snapshot.</summary>
    public string? FinalSnapshot { get; init; }

    /// <summary>"sha256:…" of the weights.</summary>
    public string? WeightsDigest { get; init; }

    /// <summary>What the process that trained it measured; null if the job was only looked at.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>The last epoch that ended.</summary>
    public EpochMetrics? LastEpoch => Epochs.Count > 0 ? Epochs[^1] : null;

    /// <summary>A state as JSON and people write it: "done".</summary>
    public static string Name(JobState state) => state.ToString().ToLowerInvariant();

    /// <summary>The object that <c>--json</c> prints.</summary>
    public JsonObject ToJson()
    {
        bool measured = Status is { MedianStepMs: > 0 };
        return new JsonObject
        {
            ["job"] = Job,
            ["status"] = Name(State),
            ["model"] = Spec.ModelName,
            ["data"] = Spec.Data,
            ["seed"] = Spec.Seed,
            ["epochs"] = Epochs.Count,
            ["steps"] = Step,
            ["totalSteps"] = Spec.TotalSteps,
            ["samples"] = Spec.Samples,
            ["globalBatch"] = Spec.GlobalBatch,
            ["shards"] = Spec.Shards,
            ["silos"] = Status?.Silos.Count,
            ["threads"] = Status?.Threads,
            ["trainLoss"] = JsonLine.Number(LastEpoch?.TrainLoss ?? (Step > 0 ? Status?.Loss : null)),
            ["testLoss"] = JsonLine.Number(LastEpoch?.TestLoss),
            ["testAccuracy"] = JsonLine.Number(LastEpoch?.TestAccuracy),
            ["elapsedSeconds"] = JsonLine.Number(Status?.ElapsedSeconds),
            ["samplesPerSecond"] = measured ? JsonLine.Number(Status!.SamplesPerSecond) : null,
            ["kernel"] = Status?.Kernel,
            ["numericsVersion"] = Spec.NumericsVersion,
            ["siloProcesses"] = Status is null ? null : JsonLine.Array(Status.Silos, Silo),
            ["stepMilliseconds"] = measured ? new JsonObject { ["median"] = JsonLine.Number(Status!.MedianStepMs), ["p99"] = JsonLine.Number(Status.P99StepMs) } : null,
            ["phaseMilliseconds"] = measured ? Phases(Status!) : null,
            ["exchangedBytes"] = Status?.ExchangedBytes,
            ["retriedShards"] = Status?.RetriedShards,
            ["weightsDigest"] = WeightsDigest,
            ["initialSnapshot"] = InitialSnapshot,
            ["finalSnapshot"] = FinalSnapshot,
            ["outDirectory"] = OutDirectory,
            ["message"] = Status?.Message,
        };
    }

    private static JsonObject Silo(SiloStatus silo) => new()
    {
        ["silo"] = silo.Silo,
        ["host"] = silo.Host,
        ["pid"] = silo.ProcessId,
        ["shards"] = JsonLine.Array(silo.Shards, shard => shard),
    };

    private static JsonObject Phases(JobStatus status) => new()
    {
        ["compute"] = JsonLine.Number(status.ComputeMs),
        ["exchange"] = JsonLine.Number(status.ExchangeMs),
        ["reduce"] = JsonLine.Number(status.ReduceMs),
        ["update"] = JsonLine.Number(status.UpdateMs),
    };
}
