using DistConv.Core;
using DistConv.Training.Files;
using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>A whole picture: title, what it shows, its parts, and notes on how to read it.</summary>
/// <param name="Title">One line.</param>
/// <param name="Subtitle">Whose picture it is, and what is measured.</param>
/// <param name="Body">The parts.</param>
/// <param name="Notes">How to read it; null for nothing.</param>
public sealed record Figure(string Title, string Subtitle, Panel Body, string? Notes = null)
{
    private const float Margin = 24;

    /// <summary>Largest number of pixels of a picture, about 400 MB in memory.</summary>
    private const long MaxPixels = 100_000_000;

    /// <summary>Draws it.</summary>
    /// <param name="pixelsPerPoint">Resolution.</param>
    /// <returns>The picture, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">It would be too large.</exception>
    public SKImage Render(float pixelsPerPoint = 2)
    {
        float width = Math.Max(420, Body.Size.Width);
        List<Panel> parts = [new Label(Title, TextStyle.Title, width), new Label(Subtitle, TextStyle.Body, width), new Space(0, 4), Body];
        if (Notes is not null) parts.AddRange([new Space(0, 4), new Label(Notes, TextStyle.Note, width)]);
        Column page = new(6, Align.Start, parts);
        double pixelsWide = Math.Ceiling((Math.Max(width, page.Size.Width) + (2 * Margin)) * pixelsPerPoint),
            pixelsHigh = Math.Ceiling((page.Size.Height + (2 * Margin)) * pixelsPerPoint);
        if (pixelsWide * pixelsHigh > MaxPixels)
            throw new InvalidInputException(
                $"the picture would have {pixelsWide:N0} × {pixelsHigh:N0} pixels, more than {MaxPixels:N0}: choose fewer layers or filters");
        using SKSurface surface =
            SKSurface.Create(new SKImageInfo((int)pixelsWide, (int)pixelsHigh, SKColorType.Rgba8888, SKAlphaType.Opaque, SKColorSpace.CreateSrgb()));
        surface.Canvas.Clear(Palette.Paper);
        surface.Canvas.Scale(pixelsPerPoint);
        page.Draw(surface.Canvas, Margin, Margin);
        return surface.Snapshot();
    }

    /// <summary>Draws it into a PNG file; an existing one is replaced when the new one is whole.</summary>
    /// <param name="path">The file; its folder is made if there is none.</param>
    /// <param name="pixelsPerPoint">Resolution.</param>
    /// <exception cref="InvalidInputException">It would be too large, or the file cannot be written.</exception>
    public void Save(string path, float pixelsPerPoint = 2)
    {
        PngPicture picture = Encode(pixelsPerPoint);
        OutputFile.Write(path, "picture", file => file.Write(picture.Bytes.Span));
    }

    /// <summary>Draws it as PNG.</summary>
    /// <param name="pixelsPerPoint">Resolution.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="InvalidInputException">It would be too large.</exception>
    public PngPicture Encode(float pixelsPerPoint = 2)
    {
        using SKImage image = Render(pixelsPerPoint);
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return new PngPicture(image.Width, image.Height, png.ToArray());
    }
}

/// <summary>A picture without transparency as a PNG file.</summary>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Bytes">The file.</param>
public sealed record PngPicture(int Width, int Height, ReadOnlyMemory<byte> Bytes);
