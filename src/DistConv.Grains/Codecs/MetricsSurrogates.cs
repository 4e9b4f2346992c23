using DistConv.Training.Metrics;

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

/// <summary><see cref="EvaluationResult"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.EvaluationResult")]
internal struct EvaluationResultSurrogate
{
    [Id(0)]
    public double Loss;

    [Id(1)]
    public double Accuracy;

    [Id(2)]
    public int Samples;

    [Id(3)]
    public EvaluationResult? Validation;
}

/// <summary>Converts <see cref="EvaluationResult"/>.</summary>
[RegisterConverter]
internal sealed class EvaluationResultConverter : IConverter<EvaluationResult, EvaluationResultSurrogate>
{
    /// <inheritdoc/>
    public EvaluationResult ConvertFromSurrogate(in EvaluationResultSurrogate surrogate) =>
        new(surrogate.Loss, surrogate.Accuracy, surrogate.Samples, surrogate.Validation);

    /// <inheritdoc/>
    public EvaluationResultSurrogate ConvertToSurrogate(in EvaluationResult value) =>
        new() { Loss = value.Loss, Accuracy = value.Accuracy, Samples = value.Samples, Validation = value.Validation };
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
        surrogate.ValidationAccuracy);

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
