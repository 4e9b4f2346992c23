using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>The distance of values from the mean of their channel, times a factor (docs/numerics.md, rule 14).</summary>
internal static unsafe class ChannelContrast
{
    /// <summary><c>y = limit(fma(x − mean, factor, mean))</c>.</summary>
    /// <param name="shape">The picture's shape.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="limits">The limits of values.</param>
    /// <param name="source">The picture.</param>
    /// <param name="destination">Overwritten; may be the same memory.</param>
    public static void Apply(TensorShape shape, float factor, ValueLimits limits, float* source, float* destination)
    {
        for (int c = 0; c < shape.Channels; c++)
        {
            float mean = Mean(shape, source, c);
            for (int i = c; i < shape.Size; i += shape.Channels) destination[i] = limits.Limit(MathF.FusedMultiplyAdd(source[i] - mean, factor, mean));
        }
    }

    /// <summary>The mean of a channel: a chain in double over (h, w) from +0, divided once, rounded once.</summary>
    /// <param name="shape">The picture's shape.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="channel">The channel.</param>
    public static float Mean(TensorShape shape, float* picture, int channel)
    {
        double sum = 0;
        for (int i = channel; i < shape.Size; i += shape.Channels) sum += picture[i];
        return (float)(sum / (shape.Height * shape.Width));
    }
}
