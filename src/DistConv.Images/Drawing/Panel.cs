using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>A part of a picture: it knows how large it is and draws itself. Lengths are in points; a figure has two pixels a point unless told
/// otherwise.</summary>
public abstract class Panel
{
    /// <summary>How much room it takes.</summary>
    public abstract SKSize Size { get; }

    /// <summary>Draws it.</summary>
    /// <param name="canvas">The picture.</param>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    public abstract void Draw(SKCanvas canvas, float x, float y);
}

/// <summary>Nothing, as wide and high as it says.</summary>
/// <param name="width">Points.</param>
/// <param name="height">Points.</param>
public sealed class Space(float width, float height) : Panel
{
    /// <inheritdoc/>
    public override SKSize Size { get; } = new(width, height);

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        // Nothing to see.
    }
}

/// <summary>Where the smaller parts of a stack stand.</summary>
public enum Align
{
    /// <summary>At its left or upper edge.</summary>
    Start,

    /// <summary>In its middle.</summary>
    Middle,

    /// <summary>At its right or lower edge.</summary>
    End,
}

/// <summary>Parts one below the other.</summary>
/// <param name="gap">Points between two of them.</param>
/// <param name="align">Where narrower ones stand.</param>
/// <param name="parts">The parts, from above.</param>
public sealed class Column(float gap, Align align, params IReadOnlyList<Panel> parts) : Panel
{
    /// <inheritdoc/>
    public override SKSize Size { get; } = new(
        parts.Count == 0 ? 0 : parts.Max(part => part.Size.Width), parts.Sum(part => part.Size.Height) + (gap * Math.Max(0, parts.Count - 1)));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        foreach (Panel part in parts)
        {
            part.Draw(canvas, x + Row.Shift(align, Size.Width - part.Size.Width), y);
            y += part.Size.Height + gap;
        }
    }
}

/// <summary>Parts side by side.</summary>
/// <param name="gap">Points between two of them.</param>
/// <param name="align">Where lower ones stand.</param>
/// <param name="parts">The parts, from the left.</param>
public sealed class Row(float gap, Align align, params IReadOnlyList<Panel> parts) : Panel
{
    /// <inheritdoc/>
    public override SKSize Size { get; } = new(
        parts.Sum(part => part.Size.Width) + (gap * Math.Max(0, parts.Count - 1)), parts.Count == 0 ? 0 : parts.Max(part => part.Size.Height));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        foreach (Panel part in parts)
        {
            part.Draw(canvas, x, y + Shift(align, Size.Height - part.Size.Height));
            x += part.Size.Width + gap;
        }
    }

    /// <summary>How far a part is moved that leaves some room.</summary>
    internal static float Shift(Align align, float room) => align switch { Align.Start => 0, Align.Middle => room / 2, _ => room };
}
