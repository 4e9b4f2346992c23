using DistConv.Training.Steps;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="NonFiniteOrigin"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.NonFiniteOrigin")]
internal struct NonFiniteOriginSurrogate
{
    [Id(0)]
    public long Step;

    [Id(1)]
    public int Part;

    [Id(2)]
    public string? Layer;

    [Id(3)]
    public string? Tensor;

    [Id(4)]
    public int? Shard;

    [Id(5)]
    public int? Sample;
}

/// <summary>Converts <see cref="NonFiniteOrigin"/>.</summary>
[RegisterConverter]
internal sealed class NonFiniteOriginConverter : IConverter<NonFiniteOrigin, NonFiniteOriginSurrogate>
{
    /// <inheritdoc/>
    public NonFiniteOrigin ConvertFromSurrogate(in NonFiniteOriginSurrogate surrogate) =>
        new(surrogate.Step, (NonFinitePart)surrogate.Part, surrogate.Layer, surrogate.Tensor, surrogate.Shard, surrogate.Sample);

    /// <inheritdoc/>
    public NonFiniteOriginSurrogate ConvertToSurrogate(in NonFiniteOrigin value) => new()
    {
        Step = value.Step,
        Part = (int)value.Part,
        Layer = value.Layer,
        Tensor = value.Tensor,
        Shard = value.Shard,
        Sample = value.Sample,
    };
}
