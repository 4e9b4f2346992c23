using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>Shares of a whole as horizontal bars, each with its name and its number.</summary>
/// <param name="bars">Names, and shares 0 … 1.</param>
/// <param name="width">Points of a bar for the share 1.</param>
public sealed class BarList(IReadOnlyList<(string Name, double Share)> bars, float width = 240) : Panel
{
    private const float Gap = 8, BarHeight = 10;
    private readonly Label[] _names = [.. bars.Select(bar => new Label(bar.Name, TextStyle.Body))];
    private readonly Label[] _numbers = [.. bars.Select(bar => new Label($"{100 * bar.Share:F1} %", TextStyle.Note))];

    private float NameWidth => _names.Max(name => name.Size.Width);

    /// <inheritdoc/>
    public override SKSize Size => new(NameWidth + (2 * Gap) + width + _numbers.Max(number => number.Size.Width), _names.Sum(name => name.Size.Height));

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using SKPaint fill = new() { Color = Palette.Series[0], IsAntialias = true };
        float left = x + NameWidth + Gap;
        for (int i = 0; i < bars.Count; i++)
        {
            float height = _names[i].Size.Height, bar = (float)(width * Math.Clamp(bars[i].Share, 0, 1));
            _names[i].Draw(canvas, x + NameWidth - _names[i].Size.Width, y);
            canvas.DrawRect(left, y + ((height - BarHeight) / 2), bar, BarHeight, fill);
            _numbers[i].Draw(canvas, left + bar + Gap, y + ((height - _numbers[i].Size.Height) / 2));
            y += height;
        }
    }
}
