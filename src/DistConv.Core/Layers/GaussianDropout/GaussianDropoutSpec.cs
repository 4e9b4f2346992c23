namespace DistConv.Core.Layers.GaussianDropout;

/// <summary>In training each value is multiplied by normal noise with mean 1 and variance rate / (1 − rate), as Keras's GaussianDropout; nothing
/// otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Rate">0 ≤ rate &lt; 1.</param>
public sealed record GaussianDropoutSpec(string Name, double Rate) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => GaussianDropoutType.Instance;
}
