namespace DistConv.Core.Layers.SpatialDropout2D;

/// <summary>In training each channel of an image becomes 0 as a whole with probability <paramref name="Rate"/>, the others are divided by 1 − rate, as Keras's
/// SpatialDropout2D; nothing otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Rate">0 ≤ rate &lt; 1.</param>
public sealed record SpatialDropout2DSpec(string Name, double Rate) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SpatialDropout2DType.Instance;
}
