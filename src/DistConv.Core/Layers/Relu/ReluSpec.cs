namespace DistConv.Core.Layers.Relu;

/// <summary><c>x &lt; 0 ? +0 : x</c>, element by element.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record ReluSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ReluType.Instance;
}
