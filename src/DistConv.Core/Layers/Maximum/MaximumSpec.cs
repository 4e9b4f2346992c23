namespace DistConv.Core.Layers.Maximum;

/// <summary>The largest of its inputs, value by value, as Keras's Maximum: two at least, of one shape.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record MaximumSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => MaximumType.Instance;
}
