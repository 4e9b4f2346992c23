using System.Runtime.CompilerServices;

namespace DistConv.Training.Data.Digits;

/// <summary>
/// Draws one handwriting-like digit: choose a way to write it, displace its control points, lay a smooth pen path through them, deform the path (elastic,
/// taper, slant, rotation), fit it to a 20-pixel box, centre its mass, paint it with a pen of changing width and pressure, blur, add paper grain. Everything
/// is + − × ÷ and square root in double, in a fixed order, so a digit has the same bytes on every machine.
/// </summary>
internal static class DigitPainter
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 28;

    /// <summary>Bytes of an image.</summary>
    public const int Pixels = Side * Side;

    /// <summary>Draws one digit. Allocates nothing.</summary>
    /// <param name="seed">The data seed.</param>
    /// <param name="split">0 training, 1 held-out.</param>
    /// <param name="index">The sample.</param>
    /// <param name="label">The digit, 0 … 9.</param>
    /// <param name="pixels">28 × 28 bytes, overwritten: 0 paper … 255 ink. Each byte is written once.</param>
    [SkipLocalsInit]
    public static void Draw(ulong seed, int split, int index, int label, Span<byte> pixels)
    {
        var random = new DigitRandom(seed, DigitStream.Shape, index, split);
        DigitStyle style = DigitStyle.Draw(ref random);
        DigitGlyph glyph = DigitGlyphs.Choose(label, random.Uniform());

        Span<ControlPoint> control = stackalloc ControlPoint[glyph.Points.Length];
        for (int i = 0; i < control.Length; i++)
        {
            ControlPoint p = glyph.Points[i];
            control[i] = p with { X = p.X + (style.Jitter * random.Bell()), Y = p.Y + (style.Jitter * random.Bell()) };
        }

        Span<PenPoint> path = stackalloc PenPoint[PenPath.MaxPoints];
        path = path[..PenPath.Flatten(control, path)];
        Deform(style, path);
        Fit(style, path);
        Press(style, path);

        Span<double> ink = stackalloc double[Pixels];
        ink.Clear();
        StrokeRasterizer.Paint(path, ink, Side);
        var grain = new DigitRandom(seed, DigitStream.Grain, index, split);
        InkFinish.Write(style, ref grain, ink, pixels);
    }

    private static void Deform(in DigitStyle style, Span<PenPoint> path)
    {
        double t = style.HalfAngleTangent, cos = (1 - (t * t)) / (1 + (t * t)), sin = 2 * t / (1 + (t * t));
        foreach (ref PenPoint p in path)
        {
            double x = p.X + style.X0.At(p.X, p.Y) + style.X1.At(p.X, p.Y) - 0.5;
            double y = p.Y + style.Y0.At(p.X, p.Y) + style.Y1.At(p.X, p.Y) - 0.5;
            y += style.Waist * (1 - (4 * y * y));
            x = (x * style.Aspect * (1 + (2 * style.Taper * y))) - (style.Slant * y);
            p.X = (cos * x) - (sin * y);
            p.Y = (sin * x) + (cos * y);
        }
    }

    /// <summary>Scales the path into its box (keeping its proportions) and puts its centre of mass near the centre of the image, as MNIST does.</summary>
    private static void Fit(in DigitStyle style, Span<PenPoint> path)
    {
        double left = path[0].X, right = left, top = path[0].Y, bottom = top, mass = 1e-9, massX = 0, massY = 0;
        for (int i = 0; i < path.Length; i++)
        {
            PenPoint p = path[i];
            left = p.X < left ? p.X : left;
            right = p.X > right ? p.X : right;
            top = p.Y < top ? p.Y : top;
            bottom = p.Y > bottom ? p.Y : bottom;
            if (!p.Connected)
                continue;
            double dx = p.X - path[i - 1].X, dy = p.Y - path[i - 1].Y, length = Math.Sqrt((dx * dx) + (dy * dy));
            mass += length;
            massX += length * (p.X - (0.5 * dx));
            massY += length * (p.Y - (0.5 * dy));
        }

        double longer = right - left > bottom - top ? right - left : bottom - top;
        double scale = (style.BoxPixels - (2 * style.PenRadius)) / longer;
        double centreX = massX / mass, centreY = massY / mass;
        foreach (ref PenPoint p in path)
        {
            p.X = (0.5 * Side) + style.ShiftX + (scale * (p.X - centreX));
            p.Y = (0.5 * Side) + style.ShiftY + (scale * (p.Y - centreY));
        }
    }

    /// <summary>Sets the width and the blackness along the path.</summary>
    private static void Press(in DigitStyle style, Span<PenPoint> path)
    {
        const double BoxInPixels = 20;
        double travelled = 0;
        for (int i = 0; i < path.Length; i++)
        {
            ref PenPoint p = ref path[i];
            int from = p.Connected ? i - 1 : i, to = i + 1 < path.Length && path[i + 1].Connected ? i + 1 : i;
            double dx = path[to].X - path[from].X, dy = path[to].Y - path[from].Y;
            double lengthSquared = (dx * dx) + (dy * dy) + 1e-9;
            travelled += p.Connected ? Math.Sqrt(lengthSquared) * 0.5 / BoxInPixels : 0.7;
            double swing = Waves.Wave((travelled * style.PenFrequency) + style.PenPhase);
            double upright = ((dy * dy) - (dx * dx)) / lengthSquared;
            double fade = EndShare(path, i) * style.EndFade;
            p.Radius = style.PenRadius * (1 + (style.PenSwing * swing)) * (1 + (style.Nib * upright)) * (1 - fade);
            p.Radius = p.Radius < 0.5 ? 0.5 : p.Radius;
            p.Ink = style.Ink * (1 - (style.InkSwing * (0.5 - (0.5 * swing)))) * (1 - (0.35 * fade));
        }
    }

    /// <summary>1 at the end of a stroke, falling to 0 over the last half span before it.</summary>
    private static double EndShare(ReadOnlySpan<PenPoint> path, int i)
    {
        const int Reach = 5;
        for (int ahead = 1; ahead <= Reach; ahead++)
        {
            if (i + ahead == path.Length || !path[i + ahead].Connected)
                return (Reach + 1 - ahead) / (double)Reach;
        }

        return 0;
    }
}
