using DistConv.Cli.Output;

namespace DistConv.Cli.Progress;

/// <summary>Draws a curve as an area of block characters; on a logarithmic scale if its values span a factor of ten.</summary>
internal static class ProgressCurve
{
    private const int MinColumns = 8;

    /// <summary>The lines, the scale's ends at their left.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="rows">How many lines.</param>
    /// <param name="viewport">The terminal.</param>
    /// <returns>No line if there is no room, or nothing to be seen yet.</returns>
    public static IEnumerable<StyledLine> Lines(LossCurve curve, int rows, Viewport viewport)
    {
        double[] all = [.. curve.Columns(viewport.Width).Where(double.IsFinite)];
        if (all.Length < 2 || rows < 1) yield break;
        string top = Format.Loss(all.Max()), bottom = Format.Loss(all.Min());
        int gutter = Math.Max(Math.Max(top.Length, bottom.Length), "loss".Length) + 1;
        int columns = viewport.Width - gutter;
        if (columns < MinColumns) yield break;
        double[] values = curve.Columns(columns);
        (double[] heights, bool logarithmic) = Heights(values);
        for (int row = 0; row < rows; row++)
        {
            string label = rows == 1 ? "loss" : row == 0 ? top : row == rows - 1 ? bottom : row == 1 ? "loss" : row == 2 && logarithmic ? "(log)" : "";
            string cells = string.Concat(heights.Select(height => Cell(height, rows - 1 - row, rows, viewport.Levels)));
            yield return new StyledLine().Add(label.PadLeft(gutter - 1) + " ", Ink.Dim).Add(cells.TrimEnd(), Ink.Accent);
        }
    }

    /// <summary>Values as shares of the drawing's height, 0 … 1; NaN stays NaN.</summary>
    private static (double[] Heights, bool Logarithmic) Heights(double[] values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return (values, false);
        double min = finite.Min(), max = finite.Max();
        bool logarithmic = min > 0 && max >= 10 * min;
        double Scale(double value) => logarithmic ? Math.Log(value) : value;
        double span = Scale(max) - Scale(min);
        return ([.. values.Select(value => !double.IsFinite(value) ? double.NaN : span > 0 ? (Scale(value) - Scale(min)) / span : 0)], logarithmic);
    }

    /// <summary>The part of a column that lies in a row; row 0 is the lowest, and the smallest value is still seen in it.</summary>
    private static char Cell(double height, int row, int rows, string levels)
    {
        if (double.IsNaN(height)) return levels[0];
        int full = levels.Length - 1;
        int filled = 1 + (int)Math.Round(height * ((rows * full) - 1));
        return levels[Math.Clamp(filled - (row * full), 0, full)];
    }
}
