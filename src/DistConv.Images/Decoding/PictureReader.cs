using DistConv.Core;
using DistConv.Core.Shapes;
using SkiaSharp;

namespace DistConv.Images.Decoding;

/// <summary>
/// Reads PNG, JPEG, WebP, BMP and GIF (its first frame) of any size, depth and colour as the input of a model. Safe for concurrent calls.
/// </summary>
/// <remarks>
/// In this order: decoded to 8 bits (Skia rounds 16, and makes RGB of palettes and CMYK), laid over the background where transparent, made grey if the model
/// takes grey (<see cref="PixelConverter.Luma"/>), resampled (<see cref="TriangleFilter"/>), turned upright by its EXIF orientation, inverted if wished. Every
/// step but the decoder's is integer arithmetic of our own, and exact for a picture that already is as the model wants it: its bytes come through unchanged.
/// Gamma and colour profiles are not applied, as in Keras and Pillow.
/// </remarks>
/// <param name="shape">The model's input: 1 channel for grey, 3 for RGB.</param>
/// <param name="options">How to get there.</param>
public sealed class PictureReader(TensorShape shape, PictureOptions options)
{
    private readonly PixelConverter _converter = new(EnsureColour(shape), options.Background);

    /// <summary>Endings of the names of pictures, in lower case.</summary>
    public static IReadOnlyList<string> Endings => PictureFile.Endings;

    /// <summary>Whether a file's name ends as pictures' names do.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True if its ending, in any case, is one of <see cref="Endings"/>.</returns>
    public static bool IsPictureName(string path) => PictureFile.HasEnding(path);

    /// <summary>What pictures become.</summary>
    public TensorShape Shape => shape;

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixels">Height × width × channels bytes, overwritten.</param>
    /// <exception cref="InvalidInputException">It is not there, no picture, truncated, damaged or too large; one line names the file and says what is
    /// wrong.</exception>
    public void Read(string path, Span<byte> pixels)
    {
        using PictureFile file = PictureFile.Open(path);
        Read(file, pixels);
    }

    /// <summary>Reads a picture that is in memory.</summary>
    /// <param name="content">The bytes of its file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="pixels">Height × width × channels bytes, overwritten.</param>
    /// <exception cref="InvalidInputException">It is no picture, truncated, damaged or too large; one line says what is wrong.</exception>
    public void Read(ReadOnlySpan<byte> content, string name, Span<byte> pixels)
    {
        using PictureFile file = PictureFile.Open(content, name);
        Read(file, pixels);
    }

    /// <summary>Reads a picture that is open.</summary>
    internal void Read(PictureFile file, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, shape.Size);
        pixels = pixels[..shape.Size];
        SKEncodedOrigin origin = file.Codec.EncodedOrigin;
        if (origin is SKEncodedOrigin.TopLeft)
        {
            ReadStored(file, shape.Height, shape.Width, pixels);
        }
        else
        {
            (int height, int width) = Orientation.IsTransposed(origin) ? (shape.Width, shape.Height) : (shape.Height, shape.Width);
            byte[] stored = new byte[shape.Size];
            ReadStored(file, height, width, stored);
            Orientation.Turn(origin, stored, pixels, shape.Height, shape.Width, shape.Channels);
        }

        if (!options.IsInverted) return;
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(255 - pixels[i]);
    }

    private static int EnsureColour(TensorShape shape) => shape.Channels is 1 or 3
        ? shape.Channels
        : throw new InvalidInputException($"the model takes {shape}, and a picture has 1 channel (grey) or 3 (RGB)");

    private void ReadStored(PictureFile file, int height, int width, Span<byte> target)
    {
        PictureFrame frame = PictureFrame.Of(options.Fit, file.Codec.Info.Height, file.Codec.Info.Width, height, width);
        byte[] inside = new byte[frame.Target.Height * frame.Target.Width * shape.Channels];
        Fill(file, frame, inside);
        if (inside.Length == target.Length)
        {
            inside.CopyTo(target);
            return;
        }

        for (int i = 0; i < target.Length; i++) target[i] = _converter.Background[i % shape.Channels];
        int rowBytes = frame.Target.Width * shape.Channels;
        for (int y = 0; y < frame.Target.Height; y++)
            inside.AsSpan(y * rowBytes, rowBytes).CopyTo(target[((((frame.Target.Top + y) * width) + frame.Target.Left) * shape.Channels)..]);
    }

    /// <summary>Resamples the part of the stored picture that is seen.</summary>
    private void Fill(PictureFile file, PictureFrame frame, byte[] target)
    {
        (SKRectI source, SKRectI size) = (frame.Source, frame.Target);
        bool isSame = source.Width == size.Width && source.Height == size.Height;
        Resampler? resampler = isSame ? null
            : new(new TriangleFilter(source.Width, size.Width), new TriangleFilter(source.Height, size.Height), shape.Channels);
        byte[] row = new byte[source.Width * shape.Channels];
        int stride = 4 * file.Codec.Info.Width, y = 0;
        new PictureRows(file).ReadAll(rows =>
        {
            for (; rows.Length > 0; rows = rows[stride..], y++)
            {
                if (y < source.Top || y >= source.Bottom) continue;
                _converter.Convert(rows.Slice(4 * source.Left, 4 * source.Width), row);
                if (resampler is null) row.CopyTo(target, (y - source.Top) * row.Length);
                else resampler.Add(row);
            }
        });
        resampler?.Finish(target);
    }
}

/// <summary>Which part of a stored picture is seen, and where.</summary>
/// <param name="Source">The part.</param>
/// <param name="Target">Its place.</param>
internal readonly record struct PictureFrame(SKRectI Source, SKRectI Target)
{
    /// <summary>The frame of a fit; sides are rounded to the nearest pixel, at least one, and centred, towards the upper left.</summary>
    public static PictureFrame Of(PictureFit fit, int sourceHeight, int sourceWidth, int height, int width)
    {
        SKRectI source = SKRectI.Create(0, 0, sourceWidth, sourceHeight), target = SKRectI.Create(0, 0, width, height);
        bool isWider = (long)sourceWidth * height > (long)sourceHeight * width;
        return fit switch
        {
            PictureFit.Crop => new(isWider ? Centred(source, sourceHeight, Scaled(sourceHeight, width, height))
                : Centred(source, Scaled(sourceWidth, height, width), sourceWidth), target),
            PictureFit.Pad => new(source, isWider ? Centred(target, Scaled(width, sourceHeight, sourceWidth), width)
                : Centred(target, height, Scaled(height, sourceWidth, sourceHeight))),
            PictureFit.Stretch => new(source, target),
            _ => throw new InvalidOperationException($"no rule for {fit}"),
        };
    }

    private static int Scaled(int length, int by, int over) => (int)long.Max(1, (((long)length * by * 2) + over) / (2L * over));

    private static SKRectI Centred(SKRectI outer, int height, int width) =>
        SKRectI.Create((outer.Width - width) / 2, (outer.Height - height) / 2, width, height);
}
