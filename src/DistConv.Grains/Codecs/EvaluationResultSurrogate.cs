using DistConv.Training.Metrics;

namespace DistConv.Grains.Codecs;

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
}

/// <summary>Converts <see cref="EvaluationResult"/>.</summary>
[RegisterConverter]
internal sealed class EvaluationResultConverter : IConverter<EvaluationResult, EvaluationResultSurrogate>
{
    /// <inheritdoc/>
    public EvaluationResult ConvertFromSurrogate(in EvaluationResultSurrogate surrogate) => new(surrogate.Loss, surrogate.Accuracy, surrogate.Samples);

    /// <inheritdoc/>
    public EvaluationResultSurrogate ConvertToSurrogate(in EvaluationResult value) =>
        new() { Loss = value.Loss, Accuracy = value.Accuracy, Samples = value.Samples };
}
