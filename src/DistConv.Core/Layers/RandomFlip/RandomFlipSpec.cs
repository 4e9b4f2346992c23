namespace DistConv.Core.Layers.RandomFlip;

/// <summary>In training half of the pictures are mirrored, as by Keras's RandomFlip; with both directions a quarter in each, and a quarter in both.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Mode">In which directions; both by default in JSON.</param>
public sealed record RandomFlipSpec(string Name, FlipMode Mode) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomFlipType.Instance;

    /// <inheritdoc/>
    internal override bool KeepsPixels => true;
}
