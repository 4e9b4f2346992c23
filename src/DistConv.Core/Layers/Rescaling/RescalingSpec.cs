namespace DistConv.Core.Layers.Rescaling;

/// <summary><c>x · scale + offset</c>, as Keras's Rescaling.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Scale">The factor, of all channels or of each.</param>
/// <param name="Offset">What is added, likewise; 0 by default in JSON.</param>
public sealed record RescalingSpec(string Name, ChannelValues Scale, ChannelValues Offset) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RescalingType.Instance;

    /// <inheritdoc/>
    internal override ChannelValues Factors => Scale;
}
