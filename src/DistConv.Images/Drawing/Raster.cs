using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>A picture of values: a square of one colour for each, with a thin frame.</summary>
/// <param name="width">Values in a row.</param>
/// <param name="height">Rows.</param>
/// <param name="colours">Their colours, row after row.</param>
/// <param name="cell">Points of a square's side.</param>
public sealed class Raster(int width, int height, ReadOnlyMemory<SKColor> colours, float cell) : Panel
{
    private const float Frame = 0.5f;

    /// <inheritdoc/>
    public override SKSize Size { get; } = new(width * cell, height * cell);

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Pixels = colours.ToArray();
        using SKImage image = SKImage.FromBitmap(bitmap);
        SKRect place = SKRect.Create(x, y, Size.Width, Size.Height);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
        using SKPaint frame = new() { Color = Palette.Line, Style = SKPaintStyle.Stroke, StrokeWidth = Frame, IsAntialias = true };
        canvas.DrawRect(place, frame);
    }
}

/// <summary>What colours mean: a bar of them with its ends and middle in numbers.</summary>
/// <param name="title">What is measured, with its unit.</param>
/// <param name="colour">The colour at 0 (left) … 1 (right).</param>
/// <param name="ticks">Texts at even distances from the left end to the right end, two or more.</param>
/// <param name="width">Points.</param>
public sealed class ColourBar(string title, Func<double, SKColor> colour, IReadOnlyList<string> ticks, float width = 240) : Panel
{
    private const float BarHeight = 10, Gap = 3;
    private readonly Label _title = new(title, TextStyle.Note);
    private readonly Label[] _ticks = [.. ticks.Select(tick => new Label(tick, TextStyle.Note))];

    /// <inheritdoc/>
    public override SKSize Size => new(Math.Max(width, _title.Size.Width), _title.Size.Height + BarHeight + Gap + _ticks[0].Size.Height);

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        _title.Draw(canvas, x, y);
        y += _title.Size.Height;
        SKColor[] steps = [.. Enumerable.Range(0, 128).Select(i => colour(i / 127.0))];
        using SKPaint bar = new() { Shader = SKShader.CreateLinearGradient(new SKPoint(x, y), new SKPoint(x + width, y), steps, SKShaderTileMode.Clamp) };
        canvas.DrawRect(x, y, width, BarHeight, bar);
        for (int i = 0; i < _ticks.Length; i++)
        {
            float at = x + (width * i / (_ticks.Length - 1)), shift = i == 0 ? 0 : i == _ticks.Length - 1 ? 1 : 0.5f;
            _ticks[i].Draw(canvas, at - (_ticks[i].Size.Width * shift), y + BarHeight + Gap);
        }
    }
}
