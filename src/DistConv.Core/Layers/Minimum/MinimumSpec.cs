namespace DistConv.Core.Layers.Minimum;

/// <summary>The smallest of its inputs, value by value, as Keras's Minimum: two at least, of one shape.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record MinimumSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => MinimumType.Instance;
}
