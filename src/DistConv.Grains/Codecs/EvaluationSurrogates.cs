using DistConv.Training.Metrics;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="EvaluationShare"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.EvaluationShare")]
internal struct EvaluationShareSurrogate
{
    [Id(0)]
    public EvaluationPart Test;

    [Id(1)]
    public EvaluationPart? Validation;
}

/// <summary>Converts <see cref="EvaluationShare"/>.</summary>
[RegisterConverter]
internal sealed class EvaluationShareConverter : IConverter<EvaluationShare, EvaluationShareSurrogate>
{
    /// <inheritdoc/>
    public EvaluationShare ConvertFromSurrogate(in EvaluationShareSurrogate surrogate) => new(surrogate.Test, surrogate.Validation);

    /// <inheritdoc/>
    public EvaluationShareSurrogate ConvertToSurrogate(in EvaluationShare value) => new() { Test = value.Test, Validation = value.Validation };
}

/// <summary><see cref="EvaluationPart"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.EvaluationPart")]
internal struct EvaluationPartSurrogate
{
    [Id(0)]
    public int Samples;

    [Id(1)]
    public double[] ChunkLosses;

    [Id(2)]
    public int Correct;

    [Id(3)]
    public int Units;

    [Id(4)]
    public float[]? Scores;

    [Id(5)]
    public byte[]? Positives;

    [Id(6)]
    public double[]? ChunkErrors;
}

/// <summary>Converts <see cref="EvaluationPart"/>.</summary>
[RegisterConverter]
internal sealed class EvaluationPartConverter : IConverter<EvaluationPart, EvaluationPartSurrogate>
{
    /// <inheritdoc/>
    public EvaluationPart ConvertFromSurrogate(in EvaluationPartSurrogate surrogate) => new(surrogate.Samples, surrogate.ChunkLosses, surrogate.Correct)
    {
        Units = surrogate.Units,
        Scores = surrogate.Scores ?? [],
        Positives = surrogate.Positives ?? [],
        ChunkErrors = surrogate.ChunkErrors ?? [],
    };

    /// <inheritdoc/>
    public EvaluationPartSurrogate ConvertToSurrogate(in EvaluationPart value) => new()
    {
        Samples = value.Samples,
        ChunkLosses = [.. value.ChunkLosses],
        Correct = value.Correct,
        Units = value.Units,
        Scores = [.. value.Scores],
        Positives = [.. value.Positives],
        ChunkErrors = [.. value.ChunkErrors],
    };
}
