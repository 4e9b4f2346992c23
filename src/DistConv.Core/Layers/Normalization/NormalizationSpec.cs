namespace DistConv.Core.Layers.Normalization;

/// <summary><c>(x − mean) / max(√variance, 10⁻⁷)</c> with given numbers, as Keras's Normalization of the last axis.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Mean">The mean, of all channels or of each.</param>
/// <param name="Variance">The variance, likewise; none is negative.</param>
public sealed record NormalizationSpec(string Name, ChannelValues Mean, ChannelValues Variance) : LayerSpec(Name)
{
    private const float Epsilon = 1e-7f;

    /// <inheritdoc/>
    public override LayerType Kind => NormalizationType.Instance;

    /// <summary>What the differences are divided by.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>max(√variance, 10⁻⁷).</returns>
    public float Deviation(int channel)
    {
        float root = MathF.Sqrt(Variance.Of(channel));
        return root > Epsilon ? root : Epsilon;
    }
}
