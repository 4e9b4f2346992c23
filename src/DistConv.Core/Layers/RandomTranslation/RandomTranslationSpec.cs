using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.RandomTranslation;

/// <summary>In training each picture is moved, as by Keras's RandomTranslation.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="HeightFactor">By what part of the height, down if positive: −1 to 1.</param>
/// <param name="WidthFactor">By what part of the width, to the right if positive: −1 to 1.</param>
public sealed record RandomTranslationSpec(string Name, FactorRange HeightFactor, FactorRange WidthFactor) : WarpSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomTranslationType.Instance;

    /// <inheritdoc/>
    internal override AffineMap Draw(TensorShape image, uint first, uint second) =>
        AffineMap.Translation(image, HeightFactor.At(first), WidthFactor.At(second));
}
