namespace DistConv.Core.Layers.Softmax;

/// <summary><c>exp(x_i) / Σ exp(x_j)</c> over the classes of a flat input: the last layer.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SoftmaxSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SoftmaxType.Instance;

    /// <inheritdoc/>
    public override bool EndsInSoftmax => true;
}
