using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.RandomZoom;

/// <summary>In training each picture is scaled around its centre, as by Keras's RandomZoom: it shows 1 + factor times as much of the plane.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="HeightFactor">Of the height, −1 to 1: positive zooms out, negative zooms in.</param>
/// <param name="WidthFactor">Of the width, likewise; null: the one that was drawn for the height.</param>
public sealed record RandomZoomSpec(string Name, FactorRange HeightFactor, FactorRange? WidthFactor) : WarpSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomZoomType.Instance;

    /// <inheritdoc/>
    internal override AffineMap Draw(TensorShape image, uint first, uint second)
    {
        double height = 1 + HeightFactor.At(first), width = WidthFactor is { } factor ? 1 + factor.At(second) : height;
        return AffineMap.Scaling(height, width);
    }
}
