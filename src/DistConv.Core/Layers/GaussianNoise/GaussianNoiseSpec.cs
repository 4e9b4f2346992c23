namespace DistConv.Core.Layers.GaussianNoise;

/// <summary>In training normal noise with mean 0 is added to each value, as Keras's GaussianNoise; nothing otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="StdDev">The noise's standard deviation, at least 0.</param>
public sealed record GaussianNoiseSpec(string Name, double StdDev) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => GaussianNoiseType.Instance;
}
