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
