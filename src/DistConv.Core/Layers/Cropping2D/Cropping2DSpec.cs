using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Cropping2D;

/// <summary>An image without its edges, as Keras's Cropping2D: (h, w, c) becomes (h − top − bottom, w − left − right, c).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Cropping">What is cut off on each side, 0 to 65,536; at least one row and one column stay.</param>
public sealed record Cropping2DSpec(string Name, Borders Cropping) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => Cropping2DType.Instance;
}
