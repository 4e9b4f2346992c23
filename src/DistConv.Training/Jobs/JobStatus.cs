using DistConv.Training.Metrics;

namespace DistConv.Training.Jobs;

/// <summary>Where a job stands, as progress displays and <c>train --json</c> show it.</summary>
public sealed record JobStatus
{
    /// <summary>The job's id.</summary>
    public required string Job { get; init; }

    /// <summary>What it is doing.</summary>
    public required JobState State { get; init; }

    /// <summary>Completed steps.</summary>
    public long Step { get; init; }

    /// <summary>Steps of the whole job.</summary>
    public long TotalSteps { get; init; }

    /// <summary>Current epoch, from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Epochs of the whole job, a partial last one counted.</summary>
    public int EpochCount { get; init; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>Mean training loss of the current epoch so far, in natural units.</summary>
    public double Loss { get; init; }

    /// <summary>Training accuracy of the current epoch so far, 0 … 1.</summary>
    public double Accuracy { get; init; }

    /// <summary>Learning rate of the newest step.</summary>
    public double LearningRate { get; init; }

    /// <summary>Training throughput since the tenth step of this run; evaluation and snapshots not counted.</summary>
    public double SamplesPerSecond { get; init; }

    /// <summary>Estimated seconds to the end of the job.</summary>
    public double RemainingSeconds { get; init; }

    /// <summary>Seconds of this run so far, everything counted.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Completed epochs.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>Why the job failed, or null.</summary>
    public string? Message { get; init; }

    /// <summary>What went wrong without ending the job: skipped snapshots and the like.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Median duration of a step, in milliseconds, over the last 4,096.</summary>
    public double MedianStepMilliseconds { get; init; }

    /// <summary>99th percentile of the same.</summary>
    public double P99StepMilliseconds { get; init; }

    /// <summary>Mean duration of a step's phases.</summary>
    public StepTiming MeanTiming { get; init; }

    /// <summary>Bytes of gradients and weights that left a process.</summary>
    public long ExchangedBytes { get; init; }

    /// <summary>Shards that had to be computed again.</summary>
    public int RetriedShards { get; init; }

    /// <summary>SHA-256 of all parameters at the end of this run, or null before.</summary>
    public string? WeightsDigest { get; init; }

    /// <summary>Path of the snapshot of the untrained network.</summary>
    public string? InitialSnapshot { get; init; }

    /// <summary>Path of the newest snapshot.</summary>
    public string? FinalSnapshot { get; init; }

    /// <summary>Who computes.</summary>
    public IReadOnlyList<SiloStatus> Silos { get; init; } = [];

    /// <summary>Kernel set in use.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>Compute threads over all silos.</summary>
    public int Threads { get; init; }
}
