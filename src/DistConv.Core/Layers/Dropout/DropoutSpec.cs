namespace DistConv.Core.Layers.Dropout;

/// <summary>In training each value becomes 0 with probability <paramref name="Rate"/>, the others are divided by 1 − rate; nothing otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Rate">0 ≤ rate &lt; 1.</param>
public sealed record DropoutSpec(string Name, double Rate) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => DropoutType.Instance;
}
