namespace DistConv.Core.Layers.AlphaDropout;

/// <summary>In training each value takes the lowest value of SELU with probability <paramref name="Rate"/>, and all are scaled and shifted so that mean and
/// variance stay, as Keras's AlphaDropout (Klambauer et al. 2017); nothing otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Rate">0 ≤ rate &lt; 1.</param>
public sealed record AlphaDropoutSpec(string Name, double Rate) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => AlphaDropoutType.Instance;
}
