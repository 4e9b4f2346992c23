namespace DistConv.Core.Layers.Add;

/// <summary>The sum of its inputs, element by element, as Keras's Add: two at least, of one shape.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record AddSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => AddType.Instance;
}
