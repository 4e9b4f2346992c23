using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>Values over x, as a line or as dots.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Points">The values by ascending x; NaN leaves a gap.</param>
/// <param name="Colour">Their colour.</param>
/// <param name="Width">Points of the line.</param>
/// <param name="HasDots">Whether each value has a dot.</param>
public sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, SKColor Colour, float Width = 2, bool HasDots = false);

/// <summary>Lines over two axes, with a legend above them.</summary>
/// <param name="xTitle">What is on the horizontal axis, with its unit.</param>
/// <param name="yTitle">What is on the vertical axis, with its unit; it stands above the axis, where it is read without turning the head.</param>
/// <param name="across">The horizontal axis.</param>
/// <param name="up">The vertical axis.</param>
/// <param name="series">What is drawn, the last one on top.</param>
/// <param name="width">Points of the plot itself.</param>
/// <param name="height">Points of the plot itself.</param>
public sealed class LineChart(string xTitle, string yTitle, Axis across, Axis up, IReadOnlyList<Series> series, float width = 680, float height = 260) : Panel
{
    private const float Left = 56, Top = 44, Bottom = 42, Right = 16, Dot = 3.5f;

    /// <inheritdoc/>
    public override SKSize Size => new(Left + width + Right, Top + height + Bottom);

    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas, float x, float y)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        new Label(yTitle, TextStyle.Body).Draw(canvas, x, y);
        DrawLegend(canvas, x + Left, y + 20);
        SKRect plot = SKRect.Create(x + Left, y + Top, width, height);
        DrawGrid(canvas, plot);
        canvas.Save();
        canvas.ClipRect(SKRect.Inflate(plot, Dot, Dot));
        foreach (Series line in series) DrawSeries(canvas, plot, line);
        canvas.Restore();
        Label title = new(xTitle, TextStyle.Body);
        title.Draw(canvas, plot.MidX - (title.Size.Width / 2), plot.Bottom + 22);
    }

    private void DrawLegend(SKCanvas canvas, float left, float top)
    {
        foreach (Series line in series)
        {
            using SKPaint paint = new() { Color = line.Colour, StrokeWidth = line.Width, IsAntialias = true };
            canvas.DrawLine(left, top + 8, left + 20, top + 8, paint);
            if (line.HasDots) canvas.DrawCircle(left + 10, top + 8, Dot, paint);
            Label name = new(line.Name, TextStyle.Note);
            name.Draw(canvas, left + 26, top);
            left += 26 + name.Size.Width + 18;
        }
    }

    private void DrawGrid(SKCanvas canvas, SKRect plot)
    {
        using SKPaint line = new() { Color = Palette.Line, StrokeWidth = 0.75f, IsAntialias = true };
        foreach (double tick in up.Ticks)
        {
            float at = Down(plot, tick);
            canvas.DrawLine(plot.Left, at, plot.Right, at, line);
            Label number = new(up.Text(tick), TextStyle.Note);
            number.Draw(canvas, plot.Left - 8 - number.Size.Width, at - (number.Size.Height / 2));
        }

        foreach (double tick in across.Ticks)
        {
            float at = plot.Left + (float)(plot.Width * across.Place(tick));
            canvas.DrawLine(at, plot.Bottom, at, plot.Bottom + 4, line);
            Label number = new(across.Text(tick), TextStyle.Note);
            number.Draw(canvas, at - (number.Size.Width / 2), plot.Bottom + 5);
        }

        canvas.DrawLine(plot.Left, plot.Bottom, plot.Right, plot.Bottom, line);
    }

    private void DrawSeries(SKCanvas canvas, SKRect plot, Series line)
    {
        using SKPaint paint =
            new() { Color = line.Colour, StrokeWidth = line.Width, Style = SKPaintStyle.Stroke, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true };
        using SKPaint fill = new() { Color = line.Colour, IsAntialias = true };
        SKPoint? before = null;
        foreach ((double at, double value) in line.Points)
        {
            SKPoint? point = double.IsFinite(up.Place(value)) ? new SKPoint(plot.Left + (float)(plot.Width * across.Place(at)), Down(plot, value)) : null;
            if (point is { } to && before is { } from) canvas.DrawLine(from, to, paint);
            if (point is { } dot && line.HasDots) canvas.DrawCircle(dot, Dot, fill);
            before = point;
        }
    }

    private float Down(SKRect plot, double value) => plot.Bottom - (float)(plot.Height * up.Place(value));
}
