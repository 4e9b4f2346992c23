namespace DistConv.Core.Layers.Relu;

/// <summary>
/// <c>x &lt; 0 ? +0 : x</c>, element by element. With other settings, as Keras's ReLU: x above the threshold θ, but not more than the limit, and
/// slope · (x − θ) up to it.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record ReluSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ReluType.Instance;

    /// <summary>The largest output, above 0; null (the default): there is none. ReLU6 has 6.</summary>
    public double? MaxValue { get; init; }

    /// <summary>The slope below the threshold, at least 0. Default 0.</summary>
    public double NegativeSlope { get; init; }

    /// <summary>θ, at least 0. Default 0.</summary>
    public double Threshold { get; init; }

    /// <summary>Whether all settings are the defaults.</summary>
    public bool IsPlain => MaxValue is null && NegativeSlope == 0 && Threshold == 0;
}
