using DistConv.Core;
using DistConv.Filters.Kernels;
using DistConv.Images.Drawing;
using SkiaSharp;

namespace DistConv.Filters.Pictures;

/// <summary>
/// All kernels of one layer. With one input channel, a grid of numbered filters; of a first layer with three, each filter as its red, green and blue plane;
/// otherwise a matrix with a row for each filter and a column for each input channel. Filters and channels have the numbers that they have in the weights'
/// array, from 0 on.
/// </summary>
public static class KernelPanel
{
    /// <summary>Most filters, and most input channels, that a picture can hold.</summary>
    public const int MaxSide = 400;

    private const float GridKernel = 60, ColourKernel = 36, MatrixWidth = 600, MatrixGap = 3;

    private static readonly TextStyle _number = new(9, IsMuted: true);

    /// <summary>Draws a layer.</summary>
    /// <param name="layer">Its kernels.</param>
    /// <param name="scale">Its colours.</param>
    /// <returns>The panel.</returns>
    /// <exception cref="InvalidInputException">The layer has more filters or input channels than <see cref="MaxSide"/>.</exception>
    public static Panel Of(LayerKernels layer, KernelScale scale)
    {
        ArgumentNullException.ThrowIfNull(layer);
        int channels = layer.Shape.InC, filters = layer.Shape.OutC;
        if (channels > MaxSide || filters > MaxSide)
            throw new InvalidInputException(
                $"layer '{layer.Name}' has {filters:N0} filters of {channels:N0} input channels; a picture holds up to {MaxSide} of each");
        return channels == 1 ? Grid(layer, scale, GridKernel, [""]) : layer.Index == 0 && channels == 3 ? Grid(layer, scale, ColourKernel, ["R", "G", "B"])
            : Matrix(layer, scale);
    }

    /// <summary>What one filter applies to one input channel.</summary>
    /// <param name="layer">The layer's kernels.</param>
    /// <param name="scale">Its colours.</param>
    /// <param name="channel">Input channel, from 0.</param>
    /// <param name="filter">Filter, from 0.</param>
    /// <param name="tap">Points of a weight's square.</param>
    /// <returns>The panel.</returns>
    public static Panel Plane(LayerKernels layer, KernelScale scale, int channel, int filter, float tap)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(scale);
        SKColor[] colours = [.. layer.Plane(channel, filter).Select(weight => scale.Colour(filter, weight))];
        return new Raster(layer.Shape.KW, layer.Shape.KH, colours, tap);
    }

    /// <summary>Numbered filters, eight in a row if they have one plane.</summary>
    private static Column Grid(LayerKernels layer, KernelScale scale, float kernel, string[] planes)
    {
        float tap = Tap(layer, kernel, 24);
        (int columns, float gap) = planes.Length == 1 ? (8, 8) : (4, 18);
        IEnumerable<Panel> rows = Enumerable.Range(0, layer.Shape.OutC).Chunk(columns).Select(row => new Row(gap, Align.Start, [.. row.Select(Filter)]));
        return new Column(6, Align.Start, [.. rows]);

        Panel Filter(int filter) => new Column(1, Align.Start, new Label($"{filter}", TextStyle.Note),
            new Row(3, Align.Start, [.. planes.Select((name, channel) => Named(name, channel, filter))]));
        Panel Named(string name, int channel, int filter)
        {
            Panel plane = Plane(layer, scale, channel, filter, tap);
            return name.Length == 0 ? plane : new Column(0, Align.Middle, plane, new Label(name, _number));
        }
    }

    /// <summary>A row for each filter, a column for each input channel.</summary>
    private static Column Matrix(LayerKernels layer, KernelScale scale)
    {
        float tap = Tap(layer, (MatrixWidth / layer.Shape.InC) - MatrixGap, 8);
        float width = tap * layer.Shape.KW, height = tap * layer.Shape.KH;
        int everyColumn = Every(width + MatrixGap, 16), everyRow = Every(height + MatrixGap, 11);
        int[] channels = [.. Enumerable.Range(0, layer.Shape.InC)];
        Panel head = Line([new Cell(26, 12, null), .. channels.Select(channel => new Cell(width, 12, channel % everyColumn == 0 ? $"{channel}" : null))]);
        IEnumerable<Panel> rows = Enumerable.Range(0, layer.Shape.OutC).Select(filter =>
            Line([new Cell(26, height, filter % everyRow == 0 ? $"{filter}" : null),
                .. channels.Select(channel => Plane(layer, scale, channel, filter, tap))]));
        return new Column(MatrixGap, Align.Start, [new Label("row: filter, column: input channel", TextStyle.Note), head, .. rows]);

        static Panel Line(Panel[] cells) => new Row(MatrixGap, Align.Middle, cells);
    }

    /// <summary>Points of a tap, whole ones so that all are the same number of pixels.</summary>
    private static float Tap(LayerKernels layer, float kernel, float largest) =>
        Math.Clamp(MathF.Floor(kernel / Math.Max(layer.Shape.KH, layer.Shape.KW)), 3, largest);

    /// <summary>Which cells get a number when each needs some room: every one, every second, every fourth …</summary>
    private static int Every(float cell, float room)
    {
        int every = 1;
        while (every * cell < room) every *= 2;
        return every;
    }

    /// <summary>A number in the middle of its room, which it may exceed.</summary>
    private sealed class Cell(float width, float height, string? text) : Panel
    {
        private readonly Label? _label = text is null ? null : new Label(text, _number);

        public override SKSize Size => new(width, height);

        public override void Draw(SKCanvas canvas, float x, float y) =>
            _label?.Draw(canvas, x + ((width - _label.Size.Width) / 2), y + ((height - _label.Size.Height) / 2));
    }
}
