namespace DistConv.Core.Layers.Average;

/// <summary>The mean of its inputs, value by value, as Keras's Average: two at least, of one shape.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record AverageSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => AverageType.Instance;
}
