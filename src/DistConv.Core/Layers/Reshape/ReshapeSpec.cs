using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Reshape;

/// <summary>The same values in another shape, in memory order (row by row, the channels of a pixel together), as Keras's Reshape with channels last.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Shape">The output's shape; one of its sizes may be −1, which is what is left of the input.</param>
public sealed record ReshapeSpec(string Name, TensorShape Shape) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ReshapeType.Instance;
}
