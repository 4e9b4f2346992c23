using DistConv.Core;
using DistConv.Core.Shapes;

namespace DistConv.Training.Data;

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
        long rows = (long)dataset.ClassCount * rowsPerClass;
        long width = (columns * cellWidth) + GapPixels, height = (rows * cellHeight) + GapPixels;
        if (width * height > 100_000_000)
            throw new InvalidInputException($"the contact sheet would have {width} × {height} pixels; at most 100 million: ask for fewer columns");

        int[] samples = ChooseSamples(dataset, columns * rowsPerClass, out int shown);
        PngWriter.WriteFile(path, (int)width, (int)height, shape.Channels, (y, row) =>
        {
            row.Fill(GapGrey);
            int cellRow = (int)(y / cellHeight), inCell = (int)(y % cellHeight) - GapPixels;
            if (inCell < 0)
                return;
            for (int column = 0; column < columns; column++)
            {
                int sample = samples[(cellRow * columns) + column];
                Span<byte> cell = row.Slice(((column * (int)cellWidth) + GapPixels) * shape.Channels, shape.Width * zoom * shape.Channels);
                cell.Clear();
                int stride = shape.Width * shape.Channels;
                if (sample >= 0)
                    Stretch(dataset.Image(sample).Slice(inCell / zoom * stride, stride), cell, shape.Channels, zoom);
            }
        });
        return shown;
    }

    /// <summary>The first samples of each class, class after class; −1 where a class has no more.</summary>
    private static int[] ChooseSamples(IDataset dataset, int perClass, out int shown)
    {
        var samples = new int[dataset.ClassCount * perClass];
        Array.Fill(samples, -1);
        var taken = new int[dataset.ClassCount];
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

    private static void Stretch(ReadOnlySpan<byte> line, Span<byte> cell, int channels, int zoom)
    {
        for (int x = 0; x < cell.Length / channels; x++)
            line.Slice(x / zoom * channels, channels).CopyTo(cell[(x * channels)..]);
    }
}
