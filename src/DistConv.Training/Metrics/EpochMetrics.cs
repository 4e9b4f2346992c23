using System.Text.Json.Serialization;

namespace DistConv.Training.Metrics;

/// <summary>What one finished epoch measured.</summary>
/// <param name="Epoch">Number of the epoch; the first is 1.</param>
/// <param name="Step">Updates applied when it ended.</param>
/// <param name="TrainLoss">Mean loss over the epoch's training samples, each measured with the weights of its own step.</param>
/// <param name="TrainAccuracy">Share of the epoch's training samples that were classified correctly, 0 … 1.</param>
/// <param name="TestLoss">Mean loss over the held-out split, with the weights at the end of the epoch.</param>
/// <param name="TestAccuracy">Share of the held-out split that was classified correctly, 0 … 1.</param>
/// <param name="Seconds">Wall time of the epoch, evaluation included.</param>
/// <param name="SamplesUsed">How many training samples the epoch used.</param>
/// <param name="CoverageDigest">Order-independent digest over the samples used: the proof that each was used exactly once.</param>
/// <param name="ValidationLoss">Mean loss over the job's validation samples, with the weights at the end of the epoch; null if it has none.</param>
/// <param name="ValidationAccuracy">Share of them that was classified correctly, 0 … 1.</param>
public sealed record EpochMetrics(
    int Epoch,
    long Step,
    double TrainLoss,
    double TrainAccuracy,
    double TestLoss,
    double TestAccuracy,
    double Seconds,
    int SamplesUsed,
    string CoverageDigest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ValidationLoss = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ValidationAccuracy = null)
{
    /// <summary>See <see cref="EvaluationResult.Auc"/>, over the held-out split.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestAuc { get; init; }

    /// <summary>See <see cref="EvaluationResult.MeanAbsoluteError"/>, over the held-out split.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestMeanAbsoluteError { get; init; }

    /// <summary>See <see cref="EvaluationResult.Auc"/>, over the validation samples.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationAuc { get; init; }

    /// <summary>See <see cref="EvaluationResult.MeanAbsoluteError"/>, over the validation samples.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationMeanAbsoluteError { get; init; }

    /// <summary>The same with AUC and mean absolute error.</summary>
    internal EpochMetrics With(EvaluationResult test) => this with
    {
        TestAuc = test.Auc,
        TestMeanAbsoluteError = test.MeanAbsoluteError,
        ValidationAuc = test.Validation?.Auc,
        ValidationMeanAbsoluteError = test.Validation?.MeanAbsoluteError,
    };
}
