using SkiaSharp;

namespace DistConv.Images.Decoding;

/// <summary>Turns a picture as its EXIF orientation says (a camera stores what its sensor saw, and how it was held).</summary>
internal static class Orientation
{
    /// <summary>Whether width and height change places.</summary>
    public static bool IsTransposed(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>Turns a picture.</summary>
    /// <param name="origin">Where the stored picture's first row and first column belong.</param>
    /// <param name="stored">The picture as stored: height × width of the other one if <see cref="IsTransposed"/>.</param>
    /// <param name="upright">The picture, overwritten.</param>
    /// <param name="height">Rows of <paramref name="upright"/>.</param>
    /// <param name="width">Columns of <paramref name="upright"/>.</param>
    /// <param name="channels">Values of a pixel.</param>
    public static void Turn(SKEncodedOrigin origin, ReadOnlySpan<byte> stored, Span<byte> upright, int height, int width, int channels)
    {
        bool isTransposed = IsTransposed(origin);
        bool fromRight = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        bool fromBelow = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        for (int y = 0; y < height; y++)
        {
            int sourceY = fromBelow ? height - 1 - y : y;
            for (int x = 0; x < width; x++)
            {
                int sourceX = fromRight ? width - 1 - x : x;
                int at = isTransposed ? (sourceX * height) + sourceY : (sourceY * width) + sourceX;
                stored.Slice(at * channels, channels).CopyTo(upright[(((y * width) + x) * channels)..]);
            }
        }
    }
}
