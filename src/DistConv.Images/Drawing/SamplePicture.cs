using DistConv.Core.Shapes;
using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>A sample as a picture file.</summary>
public static class SamplePicture
{
    /// <summary>A sample as PNG, a pixel for each of its pixels.</summary>
    /// <param name="shape">Height, width and channels.</param>
    /// <param name="values">0 … 1, NHWC.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] ToPng(TensorShape shape, ReadOnlySpan<float> values)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(shape.Width, shape.Height));
        Thumbnail.Sample(shape, values, cell: 1).Draw(surface.Canvas, 0, 0);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
