using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Resizing;

/// <summary>An image in another size, as Keras's Resizing: pixel o lies at (o + ½) · in / out − ½, and there is no antialiasing.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Height">See <see cref="ResizeSpec"/>.</param>
/// <param name="Width">See <see cref="ResizeSpec"/>.</param>
public sealed record ResizingSpec(string Name, int Height, int Width) : ResizeSpec(Name, Height, Width)
{
    /// <summary>Whether the largest window of the output's aspect ratio is resized instead of the whole image; no by default.</summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether the image is first surrounded by <see cref="ResizeSpec.FillValue"/> to the output's aspect ratio; no by default, and not together with
    /// <see cref="CropToAspectRatio"/>.</summary>
    public bool PadToAspectRatio { get; init; }

    /// <inheritdoc/>
    public override LayerType Kind => ResizingType.Instance;

    /// <inheritdoc/>
    public override ImageWindow Window(TensorShape image) => CropToAspectRatio ? ImageWindow.OfAspect(image, Height, Width)
        : PadToAspectRatio ? ImageWindow.AroundAspect(image, Height, Width)
        : ImageWindow.Whole(image);
}
