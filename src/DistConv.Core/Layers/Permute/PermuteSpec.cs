using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Permute;

/// <summary>
/// An image with its axes in another order, as Keras's Permute: axis a of the output is axis <c>dims[a]</c> of the input, where 1 is the height, 2 the width
/// and 3 the channels.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Height">Which axis becomes the height, 1 to 3.</param>
/// <param name="Width">Which axis becomes the width, 1 to 3.</param>
/// <param name="Channels">Which axis becomes the channels, 1 to 3; all three differ.</param>
public sealed record PermuteSpec(string Name, int Height, int Width, int Channels) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => PermuteType.Instance;

    /// <summary>The output's shape.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>Its sizes in the new order.</returns>
    public TensorShape Output(TensorShape input)
    {
        int[] sizes = [input.Height, input.Width, input.Channels];
        return new TensorShape(sizes[Height - 1], sizes[Width - 1], sizes[Channels - 1]);
    }
}
