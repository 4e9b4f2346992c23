using DistConv.Core.Shapes;
using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>Samples and feature maps as panels.</summary>
public static class Thumbnail
{
    /// <summary>A sample as it looks: grey with one channel, colours with three; of others the mean of the channels.</summary>
    /// <param name="shape">Height, width and channels.</param>
    /// <param name="values">0 … 1, NHWC.</param>
    /// <param name="cell">Points of a pixel's side.</param>
    /// <returns>The panel.</returns>
    public static Panel Sample(TensorShape shape, ReadOnlySpan<float> values, float cell)
    {
        var colours = new SKColor[shape.Height * shape.Width];
        for (int i = 0; i < colours.Length; i++)
        {
            ReadOnlySpan<float> pixel = values.Slice(i * shape.Channels, shape.Channels);
            colours[i] = shape.Channels == 3 ? new SKColor(Byte(pixel[0]), Byte(pixel[1]), Byte(pixel[2])) : Palette.Grey(Mean(pixel));
        }

        return new Raster(shape.Width, shape.Height, colours, cell);
    }

    /// <summary>One channel of a layer's output.</summary>
    /// <param name="shape">The output's shape.</param>
    /// <param name="values">All of the output, NHWC.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="colour">The colour of a value.</param>
    /// <param name="cell">Points of a value's side.</param>
    /// <returns>The panel.</returns>
    public static Panel Channel(TensorShape shape, ReadOnlySpan<float> values, int channel, Func<float, SKColor> colour, float cell)
    {
        ArgumentNullException.ThrowIfNull(colour);
        var colours = new SKColor[shape.Height * shape.Width];
        for (int i = 0; i < colours.Length; i++) colours[i] = colour(values[(i * shape.Channels) + channel]);
        return new Raster(shape.Width, shape.Height, colours, cell);
    }

    private static float Mean(ReadOnlySpan<float> pixel)
    {
        float sum = 0f;
        foreach (float value in pixel) sum += value;
        return sum / pixel.Length;
    }

    private static byte Byte(float value) => (byte)Math.Round(Math.Clamp(value, 0f, 1f) * 255);
}
