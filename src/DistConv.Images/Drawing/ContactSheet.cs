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
        TensorShape shape = dataset.Shape;
        if (shape.Channels is not (1 or 3))
            throw new InvalidInputException($"a contact sheet shows images with 1 or 3 channels, and these have {shape.Channels}");
        long cellWidth = ((long)shape.Width * zoom) + GapPixels, cellHeight = ((long)shape.Height * zoom) + GapPixels;
        long rows = (long)Groups(dataset) * rowsPerClass;
        long width = (columns * cellWidth) + GapPixels, height = (rows * cellHeight) + GapPixels;
        if (width * height > 100_000_000)
            throw new InvalidInputException($"the contact sheet would have {width} × {height} pixels; at most 100 million: ask for fewer columns");

        int[] samples = ChooseSamples(dataset, columns * rowsPerClass, out int shown);
        using SKBitmap sheet = new(new SKImageInfo((int)width, (int)height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        sheet.Erase(new SKColor(GapGrey, GapGrey, GapGrey));
        for (int cell = 0; cell < samples.Length; cell++)
        {
            int left = (cell % columns * (int)cellWidth) + GapPixels, top = (cell / columns * (int)cellHeight) + GapPixels;
            Draw(sheet, left, top, samples[cell] < 0 ? [] : dataset.Image(samples[cell]), shape, zoom);
        }

        using SKData png = sheet.Encode(SKEncodedImageFormat.Png, 100);
        OutputFile.Write(path, "picture", png.SaveTo);
        return shown;
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
