namespace DistConv.Core.Layers.Multiply;

/// <summary>
/// The product of its inputs, value by value, as Keras's Multiply: two at least, of one shape; an image of 1 × 1 × c counts for every position of images with
/// c channels (squeeze and excitation, Hu et al. 2018).
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record MultiplySpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => MultiplyType.Instance;
}
