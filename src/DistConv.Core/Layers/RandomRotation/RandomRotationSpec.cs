using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.RandomRotation;

/// <summary>In training each picture is turned around its centre, as by Keras's RandomRotation.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Factor">By what part of a full turn, counter-clockwise if positive: −1 to 1.</param>
public sealed record RandomRotationSpec(string Name, FactorRange Factor) : WarpSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomRotationType.Instance;

    /// <inheritdoc/>
    internal override AffineMap Draw(TensorShape image, uint first, uint second) => AffineMap.Rotation(Factor.At(first));
}
