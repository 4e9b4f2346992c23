namespace DistConv.Core.Layers.GlobalAvgPool2D;

/// <summary>The mean of each channel: (h, w, c) becomes (c), as Keras's GlobalAveragePooling2D.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record GlobalAvgPool2DSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => GlobalAvgPool2DType.Instance;
}
