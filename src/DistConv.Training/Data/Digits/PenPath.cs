namespace DistConv.Training.Data.Digits;

/// <summary>A point of the flattened pen path.</summary>
internal struct PenPoint
{
    /// <summary>Position: em until the path is fitted, pixels afterwards.</summary>
    public double X, Y;

    /// <summary>Half the width of the stroke here, in pixels.</summary>
    public double Radius;

    /// <summary>Blackness, 0 … 1.</summary>
    public double Ink;

    /// <summary>The pen came here from the point before (otherwise a stroke starts).</summary>
    public bool Connected;
}

/// <summary>Smooth curves through control points: centripetal Catmull-Rom splines, which do not overshoot, cut into short straight segments.</summary>
internal static class PenPath
{
    /// <summary>Segments between two control points.</summary>
    public const int StepsPerSpan = 7;

    /// <summary>The most points of a path.</summary>
    public const int MaxPoints = DigitGlyphs.MaxControlPoints * StepsPerSpan;

    /// <summary>Flattens all strokes.</summary>
    /// <param name="control">Displaced control points.</param>
    /// <param name="path">Receives X, Y and Connected; at least <see cref="MaxPoints"/> long.</param>
    /// <returns>Number of points.</returns>
    public static int Flatten(ReadOnlySpan<ControlPoint> control, Span<PenPoint> path)
    {
        int count = 0;
        for (int i = 0; i < control.Length; i++)
        {
            ControlPoint from = control[i];
            if (from.StartsStroke)
                path[count++] = new PenPoint { X = from.X, Y = from.Y };
            if (i + 1 == control.Length || control[i + 1].StartsStroke)
                continue;

            // A span that begins or ends at a corner or at the stroke's end has no neighbour there.
            ControlPoint to = control[i + 1];
            bool hasBefore = !from.StartsStroke && !from.IsCorner;
            bool hasAfter = !to.IsCorner && i + 2 < control.Length && !control[i + 2].StartsStroke;
            var (c1X, c1Y, c2X, c2Y) = Handles(hasBefore ? control[i - 1] : from, from, to, hasAfter ? control[i + 2] : to, hasBefore, hasAfter);
            for (int s = 1; s <= StepsPerSpan; s++)
            {
                double t = s / (double)StepsPerSpan, u = 1 - t;
                double b0 = u * u * u, b1 = 3 * u * u * t, b2 = 3 * u * t * t, b3 = t * t * t;
                path[count++] = new PenPoint
                {
                    X = (b0 * from.X) + (b1 * c1X) + (b2 * c2X) + (b3 * to.X),
                    Y = (b0 * from.Y) + (b1 * c1Y) + (b2 * c2Y) + (b3 * to.Y),
                    Connected = true,
                };
            }
        }

        return count;
    }

    /// <summary>The inner Bezier points of the span p1-p2 of a centripetal Catmull-Rom spline p0-p1-p2-p3.</summary>
    private static (double C1X, double C1Y, double C2X, double C2Y) Handles(
        ControlPoint p0, ControlPoint p1, ControlPoint p2, ControlPoint p3, bool hasBefore, bool hasAfter)
    {
        double d = Distance(p1, p2);
        var (c1X, c1Y) = hasBefore ? Handle(p0, p1, p2, Distance(p0, p1), d) : (0, 0);
        var (c2X, c2Y) = hasAfter ? Handle(p3, p2, p1, Distance(p2, p3), d) : (0, 0);
        if (!hasBefore)
            (c1X, c1Y) = hasAfter ? ((p1.X + c2X) * 0.5, (p1.Y + c2Y) * 0.5) : (p1.X + ((p2.X - p1.X) / 3), p1.Y + ((p2.Y - p1.Y) / 3));
        if (!hasAfter)
            (c2X, c2Y) = hasBefore ? ((p2.X + c1X) * 0.5, (p2.Y + c1Y) * 0.5) : (p2.X - ((p2.X - p1.X) / 3), p2.Y - ((p2.Y - p1.Y) / 3));
        return (c1X, c1Y, c2X, c2Y);
    }

    /// <summary>The Bezier point beside <paramref name="at"/>, where a = √|outer − at| and b = √|at − inner|.</summary>
    private static (double X, double Y) Handle(ControlPoint outer, ControlPoint at, ControlPoint inner, double a, double b)
    {
        double wInner = a * a, wOuter = b * b, wAt = (2 * a * a) + (3 * a * b) + (b * b), divisor = 3 * a * (a + b);
        return (((wInner * inner.X) - (wOuter * outer.X) + (wAt * at.X)) / divisor,
            ((wInner * inner.Y) - (wOuter * outer.Y) + (wAt * at.Y)) / divisor);
    }

    /// <summary>The centripetal knot distance, √|a − b|, kept away from 0.</summary>
    private static double Distance(ControlPoint a, ControlPoint b)
    {
        double dx = a.X - b.X, dy = a.Y - b.Y;
        return Math.Sqrt(Math.Sqrt((dx * dx) + (dy * dy) + 1e-6));
    }
}
