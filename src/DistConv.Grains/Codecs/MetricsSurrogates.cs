using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="StepTotals"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.StepTotals")]
internal struct StepTotalsSurrogate
{
    [Id(0)]
    public int Samples;

    [Id(1)]
    public double LossSum;

    [Id(2)]
    public int Correct;
}

/// <summary>Converts <see cref="StepTotals"/>.</summary>
[RegisterConverter]
internal sealed class StepTotalsConverter : IConverter<StepTotals, StepTotalsSurrogate>
{
    /// <inheritdoc/>
    public StepTotals ConvertFromSurrogate(in StepTotalsSurrogate surrogate) => new(surrogate.Samples, surrogate.LossSum, surrogate.Correct);

    /// <inheritdoc/>
    public StepTotalsSurrogate ConvertToSurrogate(in StepTotals value) => new() { Samples = value.Samples, LossSum = value.LossSum, Correct = value.Correct };
}

/// <summary><see cref="EpochMetrics"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.EpochMetrics")]
internal struct EpochMetricsSurrogate
{
    [Id(0)]
    public int Epoch;

    [Id(1)]
    public long Step;

    [Id(2)]
    public double TrainLoss;

    [Id(3)]
    public double TrainAccuracy;

    [Id(4)]
    public double TestLoss;

    [Id(5)]
    public double TestAccuracy;

    [Id(6)]
    public double Seconds;

    [Id(7)]
    public int SamplesUsed;

    [Id(8)]
    public string CoverageDigest;

    [Id(9)]
    public double? ValidationLoss;

    [Id(10)]
    public double? ValidationAccuracy;

    [Id(11)]
    public double? TestAuc;

    [Id(12)]
    public double? TestMeanAbsoluteError;

    [Id(13)]
    public double? ValidationAuc;

    [Id(14)]
    public double? ValidationMeanAbsoluteError;
}

/// <summary>Converts <see cref="EpochMetrics"/>.</summary>
[RegisterConverter]
internal sealed class EpochMetricsConverter : IConverter<EpochMetrics, EpochMetricsSurrogate>
{
    /// <inheritdoc/>
    public EpochMetrics ConvertFromSurrogate(in EpochMetricsSurrogate surrogate) => new(
        surrogate.Epoch,
        surrogate.Step,
        surrogate.TrainLoss,
        surrogate.TrainAccuracy,
        surrogate.TestLoss,
        surrogate.TestAccuracy,
        surrogate.Seconds,
        surrogate.SamplesUsed,
        surrogate.CoverageDigest,
        surrogate.ValidationLoss,
        surrogate.ValidationAccuracy)
    {
        TestAuc = surrogate.TestAuc,
        TestMeanAbsoluteError = surrogate.TestMeanAbsoluteError,
        ValidationAuc = surrogate.ValidationAuc,
        ValidationMeanAbsoluteError = surrogate.ValidationMeanAbsoluteError,
    };

    /// <inheritdoc/>
    public EpochMetricsSurrogate ConvertToSurrogate(in EpochMetrics value) => new()
    {
        Epoch = value.Epoch,
        Step = value.Step,
        TrainLoss = value.TrainLoss,
        TrainAccuracy = value.TrainAccuracy,
        TestLoss = value.TestLoss,
        TestAccuracy = value.TestAccuracy,
        Seconds = value.Seconds,
        SamplesUsed = value.SamplesUsed,
        CoverageDigest = value.CoverageDigest,
        ValidationLoss = value.ValidationLoss,
        ValidationAccuracy = value.ValidationAccuracy,
        TestAuc = value.TestAuc,
        TestMeanAbsoluteError = value.TestMeanAbsoluteError,
        ValidationAuc = value.ValidationAuc,
        ValidationMeanAbsoluteError = value.ValidationMeanAbsoluteError,
    };
}

/// <summary><see cref="StepTiming"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.StepTiming")]
internal struct StepTimingSurrogate
{
    [Id(0)]
    public double ComputeMs;

    [Id(1)]
    public double ExchangeMs;

    [Id(2)]
    public double ReduceMs;

    [Id(3)]
    public double UpdateMs;

    [Id(4)]
    public long ExchangedBytes;
}

/// <summary>Converts <see cref="StepTiming"/>.</summary>
[RegisterConverter]
internal sealed class StepTimingConverter : IConverter<StepTiming, StepTimingSurrogate>
{
    /// <inheritdoc/>
    public StepTiming ConvertFromSurrogate(in StepTimingSurrogate surrogate) =>
        new(surrogate.ComputeMs, surrogate.ExchangeMs, surrogate.ReduceMs, surrogate.UpdateMs, surrogate.ExchangedBytes);

    /// <inheritdoc/>
    public StepTimingSurrogate ConvertToSurrogate(in StepTiming value) => new()
    {
        ComputeMs = value.Compute,
        ExchangeMs = value.Exchange,
        ReduceMs = value.Reduce,
        UpdateMs = value.Update,
        ExchangedBytes = value.ExchangedBytes,
    };
}

/// <summary><see cref="StepMeasures"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.StepMeasures")]
internal struct StepMeasuresSurrogate
{
    [Id(0)]
    public DateTimeOffset Time;

    [Id(1)]
    public double Milliseconds;

    [Id(2)]
    public StepTiming Timing;

    [Id(3)]
    public int RetriedShards;

    [Id(4)]
    public float[] Norms;
}

/// <summary>Converts <see cref="StepMeasures"/>.</summary>
[RegisterConverter]
internal sealed class StepMeasuresConverter : IConverter<StepMeasures, StepMeasuresSurrogate>
{
    /// <inheritdoc/>
    public StepMeasures ConvertFromSurrogate(in StepMeasuresSurrogate surrogate) =>
        new(surrogate.Time, surrogate.Milliseconds, surrogate.Timing, surrogate.RetriedShards, surrogate.Norms);

    /// <inheritdoc/>
    public StepMeasuresSurrogate ConvertToSurrogate(in StepMeasures value) => new()
    {
        Time = value.Time,
        Milliseconds = value.Milliseconds,
        Timing = value.Timing,
        RetriedShards = value.RetriedShards,
        Norms = value.Norms.ToArray(),
    };
}

/// <summary><see cref="RunningMetrics"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.RunningMetrics")]
internal struct RunningMetricsSurrogate
{
    [Id(0)]
    public long Samples;

    [Id(1)]
    public double LossSum;

    [Id(2)]
    public long Correct;

    [Id(3)]
    public CoverageState Coverage;
}

/// <summary>Converts <see cref="RunningMetrics"/>.</summary>
[RegisterConverter]
internal sealed class RunningMetricsConverter : IConverter<RunningMetrics, RunningMetricsSurrogate>
{
    /// <inheritdoc/>
    public RunningMetrics ConvertFromSurrogate(in RunningMetricsSurrogate surrogate) =>
        new(surrogate.Samples, surrogate.LossSum, surrogate.Correct, surrogate.Coverage);

    /// <inheritdoc/>
    public RunningMetricsSurrogate ConvertToSurrogate(in RunningMetrics value) =>
        new() { Samples = value.Samples, LossSum = value.LossSum, Correct = value.Correct, Coverage = value.Coverage };
}

/// <summary><see cref="CoverageState"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.CoverageState")]
internal struct CoverageStateSurrogate
{
    [Id(0)]
    public ulong First;

    [Id(1)]
    public ulong Second;

    [Id(2)]
    public long Count;
}

/// <summary>Converts <see cref="CoverageState"/>.</summary>
[RegisterConverter]
internal sealed class CoverageStateConverter : IConverter<CoverageState, CoverageStateSurrogate>
{
    /// <inheritdoc/>
    public CoverageState ConvertFromSurrogate(in CoverageStateSurrogate surrogate) => new(surrogate.First, surrogate.Second, surrogate.Count);

    /// <inheritdoc/>
    public CoverageStateSurrogate ConvertToSurrogate(in CoverageState value) => new() { First = value.First, Second = value.Second, Count = value.Count };
}
