namespace DistConv.Core.Layers.Flatten;

/// <summary>(h, w, c) becomes (h·w·c), in memory order; a flat input stays as it is.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record FlattenSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => FlattenType.Instance;
}
