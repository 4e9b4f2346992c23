using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.ZeroPadding2D;

/// <summary>Zeros around an image, as Keras's ZeroPadding2D: (h, w, c) becomes (h + top + bottom, w + left + right, c).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Padding">How many on each side, 0 to 65,536; 1 by default in JSON.</param>
public sealed record ZeroPadding2DSpec(string Name, Borders Padding) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ZeroPadding2DType.Instance;
}
