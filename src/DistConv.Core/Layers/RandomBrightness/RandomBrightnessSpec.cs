using DistConv.Core.Layers.Augmentation;

namespace DistConv.Core.Layers.RandomBrightness;

/// <summary>In training a number is added to all values of a picture, which are then limited to a range, as by Keras's RandomBrightness.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Factor">What part of the range is added, −1 to 1.</param>
/// <param name="ValueRange">The least and the greatest value; 0 and 1 by default in JSON.</param>
public sealed record RandomBrightnessSpec(string Name, FactorRange Factor, FactorRange ValueRange) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomBrightnessType.Instance;

    /// <inheritdoc/>
    internal override bool KeepsPixels => true;
}
