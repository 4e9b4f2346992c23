namespace DistConv.Core.Layers.Subtract;

/// <summary>The difference of its inputs, the first less the second, value by value, as Keras's Subtract: exactly two, of one shape.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SubtractSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SubtractType.Instance;
}
