namespace DistConv.Core.Layers.Normalization;

/// <summary><c>(x − mean) / max(√variance, 10⁻⁷)</c>, as Keras's Normalization of the last axis: with given numbers, or with those of the data, which Keras's
/// <c>adapt()</c> keeps in weights that are not trained.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Mean">The mean, of all channels or of each; no number: both are weights.</param>
/// <param name="Variance">The variance, likewise; none is negative.</param>
public sealed record NormalizationSpec(string Name, ChannelValues Mean, ChannelValues Variance) : LayerSpec(Name)
{
    private const float Epsilon = 1e-7f;

    /// <inheritdoc/>
    public override LayerType Kind => NormalizationType.Instance;

    /// <summary>Whether mean and variance are weights.</summary>
    public bool IsAdapted => Mean.IsEmpty;

    /// <summary>What the differences are divided by.</summary>
    /// <param name="variance">The variance.</param>
    /// <returns>max(√variance, 10⁻⁷).</returns>
    public static float Deviation(float variance)
    {
        float root = MathF.Sqrt(variance);
        return root > Epsilon ? root : Epsilon;
    }

    /// <summary>What the differences of a channel are divided by, where the numbers are given.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>max(√variance, 10⁻⁷).</returns>
    public float Deviation(int channel) => Deviation(Variance.Of(channel));
}
