using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.CenterCrop;

/// <summary>The middle of an image, as Keras's CenterCrop. Of an image that is smaller, the largest window of the output's aspect ratio is resized.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Height">See <see cref="ResizeSpec"/>.</param>
/// <param name="Width">See <see cref="ResizeSpec"/>.</param>
public sealed record CenterCropSpec(string Name, int Height, int Width) : ResizeSpec(Name, Height, Width)
{
    /// <inheritdoc/>
    public override LayerType Kind => CenterCropType.Instance;

    /// <inheritdoc/>
    public override ImageWindow Window(TensorShape image) => image.Height >= Height && image.Width >= Width
        ? ImageWindow.Centre(image, Height, Width)
        : ImageWindow.OfAspect(image, Height, Width);
}
