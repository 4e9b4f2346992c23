using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>Mirrored pictures.</summary>
internal static unsafe class Mirroring
{
    /// <summary><c>y[h, w] = x[height − 1 − h, width − 1 − w]</c>, in the directions that are mirrored.</summary>
    /// <param name="shape">The picture's shape.</param>
    /// <param name="horizontal">Whether left and right change places.</param>
    /// <param name="vertical">Whether top and bottom do.</param>
    /// <param name="source">The picture.</param>
    /// <param name="destination">Overwritten; other memory.</param>
    public static void Copy(TensorShape shape, bool horizontal, bool vertical, float* source, float* destination)
    {
        (int height, int width, int channels) = (shape.Height, shape.Width, shape.Channels);
        int row = width * channels;
        for (int h = 0; h < height; h++, destination += row)
        {
            float* from = source + ((long)(vertical ? height - 1 - h : h) * row);
            if (!horizontal)
            {
                new ReadOnlySpan<float>(from, row).CopyTo(new Span<float>(destination, row));
                continue;
            }

            for (int w = 0; w < width; w++)
            {
                float* pixel = from + ((width - 1 - w) * channels);
                for (int c = 0; c < channels; c++) destination[(w * channels) + c] = pixel[c];
            }
        }
    }
}
