using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using DistConv.Training.Files;
using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>A picture of many samples, to look at a data set: a grid in which each class has rows of its own, in order of class, with thin gaps.</summary>
public static class ContactSheet
{
    private const int GapPixels = 2;
    private const byte GapGrey = 96;

    /// <summary>The bytes of a cell's picture; empty: it stays black.</summary>
    private delegate ReadOnlySpan<byte> PictureOfCell(int cell);

    /// <summary>Writes the sheet as a PNG (atomically; the folder is made if there is none).</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="dataset">Images with 1 channel (grey) or 3 (RGB).</param>
    /// <param name="columns">Images in a row, at least 1; default 20.</param>
    /// <param name="rowsPerClass">Rows of each class, at least 1; default 1. A class with fewer samples leaves cells black.</param>
    /// <param name="zoom">Picture pixels for each sample pixel, along each axis, at least 1; default 2.</param>
    /// <returns>How many images the sheet shows.</returns>
    /// <exception cref="InvalidInputException">The images have 2 or more than 3 channels, the sheet is too large, or the file cannot be written.</exception>
    public static int Write(string path, IDataset dataset, int columns = 20, int rowsPerClass = 1, int zoom = 2)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerClass, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(zoom, 1);
        EnsureFits(dataset.Shape, columns, (long)Groups(dataset) * rowsPerClass, zoom);
        int[] samples = ChooseSamples(dataset, columns * rowsPerClass, out int shown);
        Write(path, dataset.Shape, samples.Length, cell => samples[cell] < 0 ? [] : dataset.Image(samples[cell]), columns, zoom);
        return shown;
    }

    /// <summary>Writes a sheet of pictures as a PNG (atomically; the folder is made if there is none).</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="shape">The shape of all pictures, with 1 channel (grey) or 3 (RGB).</param>
    /// <param name="pictures">The pictures in bytes, row by row.</param>
    /// <param name="columns">Pictures in a row, at least 1.</param>
    /// <param name="zoom">Pixels of the sheet for each pixel of a picture, along each axis, at least 1; default 2.</param>
    /// <exception cref="InvalidInputException">The pictures have 2 or more than 3 channels, the sheet is too large, or the file cannot be written.</exception>
    public static void Write(string path, TensorShape shape, IReadOnlyList<byte[]> pictures, int columns, int zoom = 2)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(zoom, 1);
        EnsureFits(shape, columns, (pictures.Count + columns - 1) / columns, zoom);
        Write(path, shape, pictures.Count, cell => pictures[cell], columns, zoom);
    }

    private static void EnsureFits(TensorShape shape, int columns, long rows, int zoom)
    {
        if (shape.Channels is not (1 or 3))
            throw new InvalidInputException($"a contact sheet shows images with 1 or 3 channels, and these have {shape.Channels}");
        long width = (columns * Cell(shape.Width, zoom)) + GapPixels, height = (rows * Cell(shape.Height, zoom)) + GapPixels;
        if (width * height > 100_000_000)
            throw new InvalidInputException($"the contact sheet would have {width} × {height} pixels; at most 100 million: ask for fewer columns");
    }

    private static long Cell(int pixels, int zoom) => ((long)pixels * zoom) + GapPixels;

    private static void Write(string path, TensorShape shape, int count, PictureOfCell picture, int columns, int zoom)
    {
        int cellWidth = (int)Cell(shape.Width, zoom), cellHeight = (int)Cell(shape.Height, zoom), rows = (count + columns - 1) / columns;
        SKImageInfo size = new((columns * cellWidth) + GapPixels, (rows * cellHeight) + GapPixels, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap sheet = new(size);
        sheet.Erase(new SKColor(GapGrey, GapGrey, GapGrey));
        for (int cell = 0; cell < count; cell++)
            Draw(sheet, (cell % columns * cellWidth) + GapPixels, (cell / columns * cellHeight) + GapPixels, picture(cell), shape, zoom);

        using SKData png = sheet.Encode(SKEncodedImageFormat.Png, 100);
        OutputFile.Write(path, "picture", png.SaveTo);
    }

    /// <summary>Samples with targets instead of a class are one group.</summary>
    private static int Groups(IDataset dataset) => dataset.Labels == LabelKind.Class ? dataset.ClassCount : 1;

    /// <summary>The first samples of each class, class after class; −1 where a class has no more.</summary>
    private static int[] ChooseSamples(IDataset dataset, int perClass, out int shown)
    {
        var samples = new int[Groups(dataset) * perClass];
        Array.Fill(samples, -1);
        var taken = new int[Groups(dataset)];
        shown = 0;
        for (int i = 0; i < dataset.Count && shown < samples.Length; i++)
        {
            int label = dataset.Label(i);
            if (taken[label] == perClass)
                continue;
            samples[(label * perClass) + taken[label]++] = i;
            shown++;
        }

        return samples;
    }

    /// <summary>A sample with squares for pixels; black if there is none.</summary>
    private static void Draw(SKBitmap sheet, int left, int top, ReadOnlySpan<byte> image, TensorShape shape, int zoom)
    {
        Span<byte> pixels = sheet.GetPixelSpan();
        for (int y = 0; y < shape.Height * zoom; y++)
        {
            for (int x = 0; x < shape.Width * zoom; x++)
            {
                int at = ((y / zoom * shape.Width) + (x / zoom)) * shape.Channels, to = ((top + y) * sheet.RowBytes) + (4 * (left + x));
                for (int channel = 0; channel < 3; channel++) pixels[to + channel] = image.IsEmpty ? (byte)0 : image[at + (shape.Channels == 3 ? channel : 0)];
            }
        }
    }
}
