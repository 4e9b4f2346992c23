using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>Parts of pictures that are overwritten.</summary>
public static unsafe class PictureWindow
{
    /// <summary>+0 in a window.</summary>
    /// <param name="shape">The picture's shape.</param>
    /// <param name="window">The window, inside the picture.</param>
    /// <param name="picture">height × width × channels.</param>
    public static void Clear(TensorShape shape, ImageWindow window, float* picture)
    {
        for (int h = 0; h < window.Height; h++) RowOf(shape, window, h, picture).Clear();
    }

    /// <summary>The window of another picture of the same shape.</summary>
    /// <param name="shape">The pictures' shape.</param>
    /// <param name="window">The window, inside the picture.</param>
    /// <param name="source">height × width × channels.</param>
    /// <param name="picture">As many; overwritten inside the window.</param>
    public static void Copy(TensorShape shape, ImageWindow window, float* source, float* picture)
    {
        for (int h = 0; h < window.Height; h++) RowOf(shape, window, h, source).CopyTo(RowOf(shape, window, h, picture));
    }

    private static Span<float> RowOf(TensorShape shape, ImageWindow window, int h, float* picture) =>
        new(picture + ((((long)(window.Top + h) * shape.Width) + window.Left) * shape.Channels), window.Width * shape.Channels);
}
