namespace DistConv.Core.Layers.Softmax;

/// <summary><c>exp(x_i) / Σ exp(x_j)</c> over the channels of each position. As the last layer, of a flat input, it gives the probabilities of the
/// classes.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SoftmaxSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SoftmaxType.Instance;

    /// <inheritdoc/>
    public override OutputKind EndsAs => OutputKind.Softmax;
}
