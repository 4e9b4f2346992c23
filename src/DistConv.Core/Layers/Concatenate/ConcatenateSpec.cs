namespace DistConv.Core.Layers.Concatenate;

/// <summary>
/// Its inputs one after another, as Keras's Concatenate: images of one height and width along their channels, or flat inputs along their only axis. Two at
/// least.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Axis">−1 (the default): the last axis; 1: the only axis of flat inputs, as Keras counts it.</param>
public sealed record ConcatenateSpec(string Name, int Axis = -1) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ConcatenateType.Instance;
}
