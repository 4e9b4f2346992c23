using DistConv.Core;
using DistConv.Training.Files;
using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>Pictures one after the other, over and over, in a WebP file without loss. They have one pixel a point, so that all of a frame fits a
/// screen.</summary>
public static class Animation
{
    /// <summary>Most pixels of all frames, which are in memory at the same time: about 600 MB.</summary>
    private const long MaxPixels = 150_000_000;

    private static readonly SKWebpEncoderOptions _lossless = new(SKWebpEncoderCompression.Lossless, 75);

    /// <summary>Draws them into a file; an existing one is replaced when the new one is whole.</summary>
    /// <param name="path">The file; its folder is made if there is none.</param>
    /// <param name="frames">The pictures, all of one size, at least one, and how long each is shown.</param>
    /// <exception cref="InvalidInputException">They would be too large together, or the file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<(Figure Picture, TimeSpan Duration)> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        List<SKImage> images = [];
        try
        {
            foreach ((Figure picture, _) in frames)
            {
                images.Add(picture.Render(pixelsPerPoint: 1));
                long pixels = (long)images[0].Width * images[0].Height * frames.Count;
                if (pixels > MaxPixels)
                    throw new InvalidInputException(
                        $"{frames.Count} frames of {images[0].Width:N0} × {images[0].Height:N0} pixels are more than {MaxPixels:N0} pixels: choose fewer "
                            + $"layers");
            }

            using SKData webp =
                SKWebpEncoder.EncodeAnimated([.. images.Zip(frames, (image, frame) => new SKWebpEncoderFrame(image, frame.Duration))], _lossless)
                ?? throw new InvalidInputException(
                    $"frames of {images[0].Width:N0} × {images[0].Height:N0} pixels are larger than WebP allows: choose fewer layers");
            OutputFile.Write(path, "picture", webp.SaveTo);
        }
        finally
        {
            foreach (SKImage image in images) image.Dispose();
        }
    }
}
