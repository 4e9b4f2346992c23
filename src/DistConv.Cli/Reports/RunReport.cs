using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Cli.Reports;

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

    /// <summary>Epochs that have ended; the last one is incomplete if the job ends within it.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>Folder of the job, or of the copies that <c>--out</c> asked for.</summary>
    public required string OutDirectory { get; init; }

    /// <summary>The untrained network.</summary>
    public SnapshotHead? Initial { get; init; }

    /// <summary>The last snapshot.</summary>
    public SnapshotHead? Final { get; init; }

    /// <summary>The best epoch's snapshot (see <see cref="BestEpoch"/>).</summary>
    public SnapshotHead? Best { get; init; }

    /// <summary>The picture of the kernels; null if none was drawn.</summary>
    public string? FiltersPicture { get; init; }

    /// <summary>The picture of loss and accuracy; null if none was drawn.</summary>
    public string? LossPicture { get; init; }

    /// <summary>"sha256:…" of the weights.</summary>
    public string? WeightsDigest { get; init; }

    /// <summary>What the process that trained it measured; null if the job was only looked at.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Epochs that used every sample.</summary>
    public long CompleteEpochs => Step / ShardPlan.Of(Spec).StepsPerEpoch;

    /// <summary>The last epoch that ended.</summary>
    public EpochMetrics? LastEpoch => Epochs.Count > 0 ? Epochs[^1] : null;

    /// <summary>The best epoch by the job's figure: by default that with the lowest validation loss, or held-out loss without validation samples.</summary>
    public EpochMetrics? BestEpoch => EarlyStopping.Best(Spec, Epochs);

    /// <summary>One line if training has diverged, with the likely cause; or null.</summary>
    public string? Divergence => Training.Metrics.Divergence.Describe(Spec, Epochs);

    /// <summary>What the figures of a job that is done say about it: a line each.</summary>
    public IReadOnlyList<string> Advice => State == JobState.Done ? TrainingAdvice.Of(Spec, Epochs) : [];

    /// <summary>A state as JSON and people write it: "done".</summary>
    public static string Name(JobState state) => state.ToString().ToLowerInvariant();

    /// <summary>The object that <c>--json</c> prints.</summary>
    public JsonObject ToJson()
    {
        bool measured = Status is { MedianStepMilliseconds: > 0 };
        return new JsonObject
        {
            ["job"] = Job,
            ["status"] = Name(State),
            ["model"] = Spec.ModelName,
            ["data"] = Spec.Data,
            ["seed"] = Spec.Seed,
            ["epochs"] = CompleteEpochs,
            ["steps"] = Step,
            ["totalSteps"] = Spec.TotalSteps,
            ["samples"] = Spec.Samples,
            ["validationSamples"] = Spec.ValidationSamples,
            ["globalBatch"] = Spec.GlobalBatch,
            ["shards"] = Spec.Shards,
            ["silos"] = Status?.Silos.Count,
            ["threads"] = Status?.Threads,
            ["trainLoss"] = JsonLine.Number(LastEpoch?.TrainLoss ?? (Step > 0 ? Status?.Loss : null)),
            ["testLoss"] = JsonLine.Number(LastEpoch?.TestLoss),
            ["testAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(Spec.Labels, LastEpoch?.TestAccuracy)),
            ["validationLoss"] = JsonLine.Number(LastEpoch?.ValidationLoss),
            ["validationAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(Spec.Labels, LastEpoch?.ValidationAccuracy)),
            ["testAuc"] = JsonLine.Number(LastEpoch?.TestAuc),
            ["testMeanAbsoluteError"] = JsonLine.Number(LastEpoch?.TestMeanAbsoluteError),
            ["validationAuc"] = JsonLine.Number(LastEpoch?.ValidationAuc),
            ["validationMeanAbsoluteError"] = JsonLine.Number(LastEpoch?.ValidationMeanAbsoluteError),
            ["bestEpoch"] = BestEpoch?.Epoch,
            ["stoppedEarly"] = EarlyStopping.Reason(Spec, Epochs) is not null,
            ["diverged"] = Divergence,
            ["advice"] = JsonLine.Array(Advice, line => line),
            ["elapsedSeconds"] = JsonLine.Number(Status?.ElapsedSeconds),
            ["samplesPerSecond"] = measured ? JsonLine.Number(Status!.SamplesPerSecond) : null,
            ["kernel"] = Status?.Kernel,
            ["numericsVersion"] = Spec.NumericsVersion,
            ["siloProcesses"] = Status is null ? null : JsonLine.Array(Status.Silos, Silo),
            ["stepMilliseconds"] = measured ? Steps(Status!) : null,
            ["phaseMilliseconds"] = measured ? Phases(Status!.MeanTiming) : null,
            ["exchangedBytes"] = Status?.ExchangedBytes,
            ["retriedShards"] = Status?.RetriedShards,
            ["weightsDigest"] = WeightsDigest,
            ["initialSnapshot"] = Initial?.Path,
            ["finalSnapshot"] = Final?.Path,
            ["bestSnapshot"] = Best?.Path,
            ["filtersPicture"] = FiltersPicture,
            ["lossPicture"] = LossPicture,
            ["outDirectory"] = OutDirectory,
            ["message"] = Status?.Message,
        };
    }

    /// <summary>A silo in JSON.</summary>
    public static JsonObject Silo(SiloStatus silo) => new()
    {
        ["silo"] = silo.Silo,
        ["host"] = silo.Host,
        ["pid"] = silo.ProcessId,
        ["threads"] = silo.Threads,
        ["shards"] = JsonLine.Array(silo.Shards, shard => shard),
    };

    private static JsonObject Steps(JobStatus status) => new()
    {
        ["median"] = JsonLine.Number(status.MedianStepMilliseconds),
        ["p99"] = JsonLine.Number(status.P99StepMilliseconds),
    };

    private static JsonObject Phases(StepTiming mean) => new()
    {
        ["compute"] = JsonLine.Number(mean.Compute),
        ["exchange"] = JsonLine.Number(mean.Exchange),
        ["reduce"] = JsonLine.Number(mean.Reduce),
        ["update"] = JsonLine.Number(mean.Update),
    };
}
