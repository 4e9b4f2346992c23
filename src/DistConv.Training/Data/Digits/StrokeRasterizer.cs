namespace DistConv.Training.Data.Digits;

/// <summary>
/// Paints a pen path into a grid by distance: a pixel's coverage is <c>clamp(radius − distance + ½, 0, 1)</c>, from its centre to the nearest segment.
/// </summary>
internal static class StrokeRasterizer
{
    /// <summary>Paints all segments; where they overlap, the darker one counts.</summary>
    /// <param name="path">Points in pixels; a pixel's centre is at its column + ½, row + ½.</param>
    /// <param name="ink">side × side values, 0 … 1; darkened.</param>
    /// <param name="side">Rows and columns.</param>
    public static void Paint(ReadOnlySpan<PenPoint> path, Span<double> ink, int side)
    {
        for (int i = 1; i < path.Length; i++)
        {
            if (path[i].Connected)
                PaintSegment(path[i - 1], path[i], ink, side);
        }
    }

    private static void PaintSegment(in PenPoint a, in PenPoint b, Span<double> ink, int side)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, squared = (dx * dx) + (dy * dy);
        double perSquared = squared > 1e-12 ? 1 / squared : 0;
        double reach = (a.Radius > b.Radius ? a.Radius : b.Radius) + 0.5;
        int firstColumn = Clip((a.X < b.X ? a.X : b.X) - reach - 0.5, side), lastColumn = Clip((a.X < b.X ? b.X : a.X) + reach + 0.5, side);
        int firstRow = Clip((a.Y < b.Y ? a.Y : b.Y) - reach - 0.5, side), lastRow = Clip((a.Y < b.Y ? b.Y : a.Y) + reach + 0.5, side);
        double reachSquared = reach * reach;
        for (int row = firstRow; row <= lastRow; row++)
        {
            double py = row + 0.5 - a.Y;
            Span<double> line = ink.Slice(row * side, side);
            for (int column = firstColumn; column <= lastColumn; column++)
            {
                double px = column + 0.5 - a.X;
                double t = ((px * dx) + (py * dy)) * perSquared;
                t = t < 0 ? 0 : t > 1 ? 1 : t;
                double ex = px - (t * dx), ey = py - (t * dy), distanceSquared = (ex * ex) + (ey * ey);
                if (distanceSquared >= reachSquared)
                    continue;
                double coverage = a.Radius + (t * (b.Radius - a.Radius)) - Math.Sqrt(distanceSquared) + 0.5;
                coverage = coverage < 0 ? 0 : coverage > 1 ? 1 : coverage;
                double value = coverage * (a.Ink + (t * (b.Ink - a.Ink)));
                if (value > line[column])
                    line[column] = value;
            }
        }
    }

    private static int Clip(double position, int side) => position < 0 ? 0 : position >= side ? side - 1 : (int)position;
}
