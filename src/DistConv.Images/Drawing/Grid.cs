using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>Parts in rows of equal length, in cells as large as the largest.</summary>
/// <param name="columns">Parts in a row.</param>
/// <param name="gap">Points between two cells.</param>
/// <param name="parts">The parts, row after row.</param>
public sealed class Grid(int columns, float gap, IReadOnlyList<Panel> parts) : Panel
{
    private readonly float _width = parts.Count == 0 ? 0 : parts.Max(part => part.Size.Width);
    private readonly float _height = parts.Count == 0 ? 0 : parts.Max(part => part.Size.Height);

    private int Columns => Math.Min(columns, parts.Count);

    private int Rows => (parts.Count + columns - 1) / columns;

    /// <inheritdoc/>
    public override SKSize Size => new(Math.Max(0, (Columns * (_width + gap)) - gap), Math.Max(0, (Rows * (_height + gap)) - gap));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        foreach ((int index, Panel part) in parts.Index())
            part.Draw(canvas, x + (index % columns * (_width + gap)) + ((_width - part.Size.Width) / 2), y + (index / columns * (_height + gap)));
    }
}
