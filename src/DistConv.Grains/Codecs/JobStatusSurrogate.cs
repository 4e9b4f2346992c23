using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="JobStatus"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.JobStatus")]
internal struct JobStatusSurrogate
{
    [Id(0)]
    public string Job;

    [Id(1)]
    public int State;

    [Id(2)]
    public long Step;

    [Id(3)]
    public long TotalSteps;

    [Id(4)]
    public int Epoch;

    [Id(5)]
    public int EpochCount;

    [Id(6)]
    public int StepsPerEpoch;

    [Id(7)]
    public double Loss;

    [Id(8)]
    public double Accuracy;

    [Id(9)]
    public double SamplesPerSecond;

    [Id(10)]
    public double RemainingSeconds;

    [Id(11)]
    public double ElapsedSeconds;

    [Id(12)]
    public EpochMetrics[] Epochs;

    [Id(13)]
    public string? Message;

    [Id(14)]
    public string[] Warnings;

    [Id(15)]
    public double MedianStepMilliseconds;

    [Id(16)]
    public double P99StepMilliseconds;

    [Id(17)]
    public StepTiming MeanTiming;

    [Id(18)]
    public long ExchangedBytes;

    [Id(19)]
    public int RetriedShards;

    [Id(20)]
    public string? WeightsDigest;

    [Id(21)]
    public string? InitialSnapshot;

    [Id(22)]
    public string? FinalSnapshot;

    [Id(23)]
    public SiloMessage[] Silos;

    [Id(24)]
    public string Kernel;

    [Id(25)]
    public int Threads;

    [Id(26)]
    public double LearningRate;
}

/// <summary><see cref="Training.Jobs.SiloStatus"/> in a message.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Host">Its machine.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Shards">Its shards.</param>
/// <param name="Threads">Its compute threads.</param>
/// <param name="ComputeMilliseconds">Duration of its part of the newest step.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.SiloMessage")]
internal sealed record SiloMessage(
    [property: Id(0)] string Silo,
    [property: Id(1)] string Host,
    [property: Id(2)] int ProcessId,
    [property: Id(3)] int[] Shards,
    [property: Id(4)] int Threads,
    [property: Id(5)] double ComputeMilliseconds)
{
    /// <summary>Whether it coordinates.</summary>
    [Id(6)]
    public bool IsCoordinator { get; init; }

    /// <summary>Its version.</summary>
    [Id(7)]
    public string? Build { get; init; }

    /// <summary>Its share of its processors.</summary>
    [Id(8)]
    public float ProcessorShare { get; init; }

    /// <summary>Its memory; 0: not known.</summary>
    [Id(9)]
    public long MemoryBytes { get; init; }

    /// <summary>The newest steps.</summary>
    [Id(10)]
    public long[]? Steps { get; init; }

    /// <summary>Its part of each.</summary>
    [Id(11)]
    public float[]? StepMilliseconds { get; init; }

    /// <summary>The message of a silo.</summary>
    public static SiloMessage From(Training.Jobs.SiloStatus silo) =>
        new(silo.Silo, silo.Host, silo.ProcessId, [.. silo.Shards], silo.Threads, silo.ComputeMilliseconds)
        {
            IsCoordinator = silo.IsCoordinator,
            Build = silo.Build,
            ProcessorShare = (float)(silo.Load?.ProcessorShare ?? 0),
            MemoryBytes = silo.Load?.MemoryBytes ?? 0,
            Steps = [.. silo.RecentSteps.Select(step => step.Step)],
            StepMilliseconds = [.. silo.RecentSteps.Select(step => (float)step.ComputeMilliseconds)],
        };

    /// <summary>The silo of a message.</summary>
    public Training.Jobs.SiloStatus ToStatus() => new(Silo, Host, ProcessId, Shards, Threads, ComputeMilliseconds)
    {
        IsCoordinator = IsCoordinator,
        Build = Build,
        Load = MemoryBytes > 0 ? new SiloLoad(ProcessorShare, MemoryBytes) : null,
        RecentSteps = [.. (Steps ?? []).Zip(StepMilliseconds ?? [], static (step, ms) => new SiloStep(step, ms))],
    };
}

/// <summary>Converts <see cref="JobStatus"/>.</summary>
[RegisterConverter]
internal sealed class JobStatusConverter : IConverter<JobStatus, JobStatusSurrogate>
{
    /// <inheritdoc/>
    public JobStatus ConvertFromSurrogate(in JobStatusSurrogate surrogate) => new()
    {
        Job = surrogate.Job,
        State = (JobState)surrogate.State,
        Step = surrogate.Step,
        TotalSteps = surrogate.TotalSteps,
        Epoch = surrogate.Epoch,
        EpochCount = surrogate.EpochCount,
        StepsPerEpoch = surrogate.StepsPerEpoch,
        Loss = surrogate.Loss,
        Accuracy = surrogate.Accuracy,
        LearningRate = surrogate.LearningRate,
        SamplesPerSecond = surrogate.SamplesPerSecond,
        RemainingSeconds = surrogate.RemainingSeconds,
        ElapsedSeconds = surrogate.ElapsedSeconds,
        Epochs = surrogate.Epochs,
        Message = surrogate.Message,
        Warnings = surrogate.Warnings,
        MedianStepMilliseconds = surrogate.MedianStepMilliseconds,
        P99StepMilliseconds = surrogate.P99StepMilliseconds,
        MeanTiming = surrogate.MeanTiming,
        ExchangedBytes = surrogate.ExchangedBytes,
        RetriedShards = surrogate.RetriedShards,
        WeightsDigest = surrogate.WeightsDigest,
        InitialSnapshot = surrogate.InitialSnapshot,
        FinalSnapshot = surrogate.FinalSnapshot,
        Silos = [.. surrogate.Silos.Select(silo => silo.ToStatus())],
        Kernel = surrogate.Kernel,
        Threads = surrogate.Threads,
    };

    /// <inheritdoc/>
    public JobStatusSurrogate ConvertToSurrogate(in JobStatus value) => new()
    {
        Job = value.Job,
        State = (int)value.State,
        Step = value.Step,
        TotalSteps = value.TotalSteps,
        Epoch = value.Epoch,
        EpochCount = value.EpochCount,
        StepsPerEpoch = value.StepsPerEpoch,
        Loss = value.Loss,
        Accuracy = value.Accuracy,
        LearningRate = value.LearningRate,
        SamplesPerSecond = value.SamplesPerSecond,
        RemainingSeconds = value.RemainingSeconds,
        ElapsedSeconds = value.ElapsedSeconds,
        Epochs = [.. value.Epochs],
        Message = value.Message,
        Warnings = [.. value.Warnings],
        MedianStepMilliseconds = value.MedianStepMilliseconds,
        P99StepMilliseconds = value.P99StepMilliseconds,
        MeanTiming = value.MeanTiming,
        ExchangedBytes = value.ExchangedBytes,
        RetriedShards = value.RetriedShards,
        WeightsDigest = value.WeightsDigest,
        InitialSnapshot = value.InitialSnapshot,
        FinalSnapshot = value.FinalSnapshot,
        Silos = [.. value.Silos.Select(SiloMessage.From)],
        Kernel = value.Kernel,
        Threads = value.Threads,
    };
}
