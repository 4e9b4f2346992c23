using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.RandomCrop;

/// <summary>
/// In training a part of each picture at a random place, as by Keras's RandomCrop. When the network is used, and where pictures are smaller than that, it is
/// the largest window of the output's aspect ratio, resized.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Height">See <see cref="ResizeSpec"/>.</param>
/// <param name="Width">See <see cref="ResizeSpec"/>.</param>
public sealed record RandomCropSpec(string Name, int Height, int Width) : ResizeSpec(Name, Height, Width)
{
    /// <inheritdoc/>
    public override LayerType Kind => RandomCropType.Instance;

    /// <inheritdoc/>
    public override ImageWindow Window(TensorShape image) => ImageWindow.OfAspect(image, Height, Width);
}
