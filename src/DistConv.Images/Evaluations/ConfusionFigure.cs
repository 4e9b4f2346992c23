using DistConv.Images.Drawing;
using DistConv.Training.Metrics;
using SkiaSharp;

namespace DistConv.Images.Evaluations;

/// <summary>A confusion matrix as a picture: a row for each class, and in it the classes that were predicted for its samples.</summary>
public static class ConfusionFigure
{
    /// <summary>Classes up to which the numbers are written into the squares.</summary>
    private const int MaxNumbered = 30;

    /// <summary>The picture.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="names">The classes' names.</param>
    /// <param name="subtitle">Whose they are.</param>
    /// <returns>A figure.</returns>
    public static Figure Of(ConfusionMatrix matrix, IReadOnlyList<string> names, string subtitle)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ColourBar legend = new("share of the row's class", Shade, ["0 %", "50 %", "100 %"], 160);
        Panel grid = new ConfusionGrid(matrix, names, matrix.Classes <= MaxNumbered);
        return new Figure(
            $"Confusion matrix: {matrix.Correct:N0} of {matrix.Samples:N0} right",
            subtitle,
            new Column(10, Align.Start, grid, legend),
            "Rows are actual classes and columns predicted ones. Each square is a number of samples, and its colour their share of the row. "
            + "The diagonal is what is right.");
    }

    /// <summary>White to dark blue, with a visible step for the smallest share.</summary>
    internal static SKColor Shade(double share)
    {
        double at = share <= 0 ? 0 : 0.08 + (0.92 * Math.Sqrt(share));
        return new SKColor(Mix(255, 0x08), Mix(255, 0x45), Mix(255, 0x94));
        byte Mix(int from, int to) => (byte)Math.Round(from + ((to - from) * at));
    }

    /// <summary>A class's name, cut where it is too long for its place.</summary>
    internal static string Shorten(string name, int length) => name.Length > length ? $"{name[..(length - 1)]}…" : name;

    private sealed class ConfusionGrid(ConfusionMatrix matrix, IReadOnlyList<string> names, bool isNumbered) : Panel
    {
        private const float Gap = 6;
        private readonly float _cell = isNumbered ? 44 : Math.Max(4, 900f / matrix.Classes);
        private readonly Label[] _names = [.. names.Select(name => new Label(Shorten(name, 24), TextStyle.Note))];

        private readonly Label _rows = new("actual", TextStyle.Note), _columns = new("predicted", TextStyle.Note);

        private float NameWidth => Math.Max(_rows.Size.Width, _names.Max(name => name.Size.Width));

        // Long names stand upright over their columns.
        private bool IsUpright => NameWidth > _cell - 4;

        private float HeadHeight => IsUpright ? NameWidth : _names[0].Size.Height;

        private float TitleHeight => _columns.Size.Height;

        public override SKSize Size => new(NameWidth + Gap + (_cell * matrix.Classes), TitleHeight + HeadHeight + Gap + (_cell * matrix.Classes));

        public override void Draw(SKCanvas canvas, float x, float y)
        {
            _rows.Draw(canvas, x + NameWidth - _rows.Size.Width, y + HeadHeight + Gap);
            float left = x + NameWidth + Gap, top = y + TitleHeight + HeadHeight + Gap;
            _columns.Draw(canvas, left, y);
            bool isNamed = _cell >= _names[0].Size.Height;
            for (int i = 0; isNamed && i < _names.Length; i++)
            {
                SKSize size = _names[i].Size;
                _names[i].Draw(canvas, x + NameWidth - size.Width, top + (i * _cell) + ((_cell - size.Height) / 2));
                float middle = left + ((i + 0.5f) * _cell);
                if (!IsUpright)
                {
                    _names[i].Draw(canvas, middle - (size.Width / 2), y + TitleHeight);
                    continue;
                }

                canvas.Save();
                canvas.Translate(middle - (size.Height / 2), top - Gap);
                canvas.RotateDegrees(-90);
                _names[i].Draw(canvas, 0, 0);
                canvas.Restore();
            }

            for (int row = 0; row < matrix.Classes; row++) DrawRow(canvas, row, left, top + (row * _cell));
        }

        private void DrawRow(SKCanvas canvas, int row, float x, float y)
        {
            int support = matrix.Score(row).Support;
            using SKPaint fill = new(), frame = new() { Color = Palette.Line, Style = SKPaintStyle.Stroke, StrokeWidth = 0.5f };
            for (int column = 0; column < matrix.Classes; column++)
            {
                int count = matrix.Row(row)[column];
                double share = support == 0 ? 0 : (double)count / support;
                SKRect square = SKRect.Create(x + (column * _cell), y, _cell, _cell);
                fill.Color = Shade(share);
                canvas.DrawRect(square, fill);
                canvas.DrawRect(square, frame);
                if (!isNumbered || count == 0) continue;
                Label number = new($"{count:N0}", new TextStyle(11, IsBold: row == column), colour: share > 0.4 ? SKColors.White : Palette.Ink);
                number.Draw(canvas, square.MidX - (number.Size.Width / 2), square.MidY - (number.Size.Height / 2));
            }
        }
    }
}
