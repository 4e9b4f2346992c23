using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>A part of an image.</summary>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
public readonly record struct ImageWindow(int Top, int Left, int Height, int Width)
{
    /// <summary>All of an image.</summary>
    /// <param name="image">Its shape.</param>
    /// <returns>The window.</returns>
    public static ImageWindow Whole(TensorShape image) => new(0, 0, image.Height, image.Width);

    /// <summary>The middle of an image; where an odd pixel is left, the window is nearer to the top and to the left.</summary>
    /// <param name="image">Its shape.</param>
    /// <param name="height">Rows, at most the image's.</param>
    /// <param name="width">Columns, likewise.</param>
    /// <returns>The window.</returns>
    public static ImageWindow Centre(TensorShape image, int height, int width) => new((image.Height - height) / 2, (image.Width - width) / 2, height, width);

    /// <summary>The largest window in the middle whose sides are to each other as those of another size, in whole pixels: what Keras's smart_resize
    /// cuts out.</summary>
    /// <param name="image">The image's shape.</param>
    /// <param name="height">Rows of the other size.</param>
    /// <param name="width">Columns of the other size.</param>
    /// <returns>The window.</returns>
    public static ImageWindow OfAspect(TensorShape image, int height, int width) =>
        Centre(image, Side(image.Width, height, width, image.Height), Side(image.Height, width, height, image.Width));

    /// <summary>The smallest window around an image whose sides are to each other as those of another size, in whole pixels and with the same border on both
    /// sides: what Keras pads an image to.</summary>
    /// <param name="image">The image's shape.</param>
    /// <param name="height">Rows of the other size.</param>
    /// <param name="width">Columns of the other size.</param>
    /// <returns>The window.</returns>
    public static ImageWindow AroundAspect(TensorShape image, int height, int width)
    {
        int rows = Border(image.Width, height, width, image.Height), columns = Border(image.Height, width, height, image.Width);
        return new ImageWindow(-rows, -columns, image.Height + (2 * rows), image.Width + (2 * columns));
    }

    /// <summary>A longer border is cut down to <see cref="ModelLimits.MaxDimension"/>: the window is still larger than an image may be.</summary>
    private static int Border(long other, int side, int otherSide, int own) =>
        (int)long.Min(long.Max((other * side / otherSide) - own, 0) / 2, ModelLimits.MaxDimension);

    private static int Side(long other, int side, int otherSide, int most)
    {
        long exact = other * side / otherSide;
        return exact > most ? most : exact < 1 ? 1 : (int)exact;
    }
}
