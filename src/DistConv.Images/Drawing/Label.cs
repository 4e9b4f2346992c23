using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>How text looks.</summary>
/// <param name="Points">Size of the type.</param>
/// <param name="IsBold">Whether it is semi-bold.</param>
/// <param name="IsMuted">Whether it is grey.</param>
public readonly record struct TextStyle(float Points, bool IsBold = false, bool IsMuted = false)
{
    /// <summary>Over a whole picture.</summary>
    public static readonly TextStyle Title = new(20, IsBold: true);

    /// <summary>Over a part of it.</summary>
    public static readonly TextStyle Heading = new(14, IsBold: true);

    /// <summary>Sentences.</summary>
    public static readonly TextStyle Body = new(12);

    /// <summary>Notes and numbers.</summary>
    public static readonly TextStyle Note = new(11, IsMuted: true);
}

/// <summary>Text, on as many lines as it needs.</summary>
public sealed class Label : Panel
{
    private readonly SKFont _font;
    private readonly SKColor _colour;
    private readonly List<string> _lines = [];
    private readonly float _lineHeight;

    /// <summary>Text that is broken between words.</summary>
    /// <param name="text">The text; a line feed ends a line.</param>
    /// <param name="style">Its look.</param>
    /// <param name="maxWidth">Points of the longest line; a longer word stands out.</param>
    /// <param name="colour">Another colour than the style's, or null.</param>
    public Label(string text, TextStyle style, float maxWidth = float.PositiveInfinity, SKColor? colour = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        _font = Typefaces.Font(style);
        _colour = colour ?? (style.IsMuted ? Palette.Muted : Palette.Ink);
        _lineHeight = style.Points * 1.4f;
        foreach (string line in text.Split('\n')) Break(line, maxWidth);
        Size = new SKSize(_lines.Max(line => _font.MeasureText(line)), _lines.Count * _lineHeight);
    }

    /// <inheritdoc/>
    public override SKSize Size { get; }

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using SKPaint paint = new() { Color = _colour, IsAntialias = true };
        // Half of the height of Inter's capitals, so that these stand in the middle of their line.
        float baseline = y + (_lineHeight / 2) + (_font.Size * 0.364f);
        foreach (string line in _lines)
        {
            canvas.DrawText(line, x, baseline, SKTextAlign.Left, _font, paint);
            baseline += _lineHeight;
        }
    }

    private void Break(string text, float maxWidth)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && _font.MeasureText(longer) > maxWidth)
            {
                _lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        _lines.Add(line);
    }
}
