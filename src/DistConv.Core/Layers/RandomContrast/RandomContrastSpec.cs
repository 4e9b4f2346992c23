using DistConv.Core.Layers.Augmentation;

namespace DistConv.Core.Layers.RandomContrast;

/// <summary>
/// In training the distance of each value from the mean of its channel is multiplied by a number of the picture, and the result limited to a range, as by
/// Keras's RandomContrast.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Factor">The number is drawn from 1 − lower to 1 + upper; both are from 0 to 1.</param>
/// <param name="ValueRange">The least and the greatest value; 0 and 1 by default in JSON.</param>
public sealed record RandomContrastSpec(string Name, FactorRange Factor, FactorRange ValueRange) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomContrastType.Instance;

    /// <inheritdoc/>
    internal override bool KeepsPixels => true;
}
