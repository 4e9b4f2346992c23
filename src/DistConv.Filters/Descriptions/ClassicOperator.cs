using System.Globalization;

namespace DistConv.Filters.Descriptions;

/// <summary>A kernel that has a name in image processing. Angles count anticlockwise from "to the right"; weights are those of a cross-correlation, as networks
/// compute it.</summary>
/// <param name="Name">For example "Sobel x": the derivative to the right, which finds vertical edges. LoG is the Laplacian of a Gaussian; σ and λ (wavelength)
/// are in pixels.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Values">kH · kW numbers, row after row.</param>
public sealed record ClassicOperator(string Name, FilterKind Kind, IReadOnlyList<double> Values)
{
    private double[] Vector { get; } = [.. Values];

    /// <summary>The operators of a size.</summary>
    /// <param name="kH">Rows.</param>
    /// <param name="kW">Columns.</param>
    /// <returns>At least one, and no two that are the same but for their scale.</returns>
    public static IReadOnlyList<ClassicOperator> For(int kH, int kW)
    {
        List<ClassicOperator> distinct = [];
        foreach (ClassicOperator candidate in Smooth(kH, kW).Concat(Derivatives(kH, kW)).Concat(Patterns(kH, kW)).Concat(Gabors(kH, kW)))
        {
            bool isNew = Algebra.Energy(candidate.Vector) > 1e-12 && distinct.TrueForAll(known => Math.Abs(known.Cosine(candidate.Vector)) < 1 - 1e-9);
            if (isNew) distinct.Add(candidate);
        }

        return distinct;
    }

    /// <summary>How much a plane is like this operator: 1 for the same but for its scale, −1 for its negative.</summary>
    internal double Cosine(ReadOnlySpan<double> plane) => Algebra.Cosine(Vector, plane);

    /// <summary>Width of the window of operators that are larger than 3×3, in pixels: Gaussians of a fifth of the size.</summary>
    internal static double Sigma(int kH, int kW) => Math.Max(kH, kW) / 5.0;

    /// <summary>The derivative of a Gaussian to the right and upwards; for 3×3 the isotropic one of Frei and Chen.</summary>
    internal static (double[] X, double[] Y) Gradient(int kH, int kW)
    {
        if ((kH, kW) == (3, 3))
        {
            double[][] freiChen = PlaneBasis.For(3, 3).Span(1, 0);
            return (freiChen[0], freiChen[1]);
        }

        double s = Sigma(kH, kW);
        return (Algebra.Plane(kH, kW, (x, y) => x * Bell(x, y, s)), Algebra.Plane(kH, kW, (x, y) => y * Bell(x, y, s)));
    }

    /// <summary>Cosine and sine stripes under a Gaussian window of a quarter of the size, without a mean.</summary>
    /// <param name="kH">Rows.</param>
    /// <param name="kW">Columns.</param>
    /// <param name="degrees">Direction along the stripes.</param>
    /// <param name="wavelength">Pixels from a stripe to the next.</param>
    internal static (double[] Even, double[] Odd) Gabor(int kH, int kW, double degrees, double wavelength)
    {
        double s = Math.Max(kH, kW) / 4.0, across = Radians(degrees - 90), f = 2 * Math.PI / wavelength;
        double Phase(double x, double y) => f * ((x * Math.Cos(across)) + (y * Math.Sin(across)));
        double[] window = Algebra.Plane(kH, kW, (x, y) => Bell(x, y, s)), even = Algebra.Plane(kH, kW, (x, y) => Bell(x, y, s) * Math.Cos(Phase(x, y)));
        double ratio = even.Sum() / window.Sum();
        for (int i = 0; i < even.Length; i++) even[i] -= ratio * window[i];
        return (even, Algebra.Plane(kH, kW, (x, y) => Bell(x, y, s) * Math.Sin(Phase(x, y))));
    }

    /// <summary>The stripes that are looked for: eight directions, wavelengths of 2.5 pixels and more that have room.</summary>
    internal static IEnumerable<(double Degrees, double Wavelength)> Gratings(int kH, int kW)
    {
        if (Math.Min(kH, kW) < 4) yield break;
        for (double wavelength = 2.5; wavelength <= 0.75 * Math.Max(kH, kW); wavelength *= Math.Sqrt(2))
        {
            for (double degrees = 0; degrees < 180; degrees += 22.5) yield return (degrees, wavelength);
        }
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Bell(double x, double y, double s) => Math.Exp(-((x * x) + (y * y)) / (2 * s * s));

    private static double[] Outer(double[] down, double[] across) => [.. down.SelectMany(y => across.Select(x => y * x))];

    /// <summary>A row of Pascal's triangle: (1, 2, 1).</summary>
    private static double[] Binomial(int points)
    {
        double[] row = [1];
        while (row.Length < points) row = [.. Enumerable.Range(0, row.Length + 1).Select(i => (i > 0 ? row[i - 1] : 0) + (i < row.Length ? row[i] : 0))];
        return row;
    }

    /// <summary>The derivative of <see cref="Binomial"/>, upwards along the axis: (−1, 0, 1), (−1, −2, 0, 2, 1).</summary>
    private static double[] Slope(int points)
    {
        if (points < 2) return [0];
        double[] row = Binomial(points - 1);
        return [.. Enumerable.Range(0, points).Select(i => (i > 0 ? row[i - 1] : 0) - (i < row.Length ? row[i] : 0))];
    }

    private static double[] Ones(int points) => [.. Enumerable.Repeat(1.0, points)];

    private static double[] Ramp(int points) => [.. Enumerable.Range(0, points).Select(i => i - ((points - 1) / 2.0))];

    private static double[] Upwards(double[] down) => [.. down.Select(value => -value)];

    private static IEnumerable<ClassicOperator> Smooth(int kH, int kW)
    {
        yield return new("box", FilterKind.LowPass, Outer(Ones(kH), Ones(kW)));
        yield return new("Gaussian", FilterKind.LowPass, Outer(Binomial(kH), Binomial(kW)));
        if (kH % 2 == 1 && kW % 2 == 1) yield return new("delta", FilterKind.Delta, Algebra.Plane(kH, kW, (x, y) => x == 0 && y == 0 ? 1 : 0));
        if ((kH, kW) == (3, 3))
        {
            yield return new("Laplacian 4", FilterKind.Laplacian, [0, 1, 0, 1, -4, 1, 0, 1, 0]);
            yield return new("Laplacian 8", FilterKind.Laplacian, [1, 1, 1, 1, -8, 1, 1, 1, 1]);
        }
        else if (Math.Min(kH, kW) > 3)
        {
            foreach (double s in (double[])[Sigma(kH, kW), Sigma(kH, kW) / 1.6])
            {
                double[] log = Algebra.Plane(kH, kW, (x, y) => ((((x * x) + (y * y)) / (s * s)) - 2) * Bell(x, y, s));
                yield return new(string.Create(CultureInfo.InvariantCulture, $"LoG, σ {s:F1}"), FilterKind.Laplacian, Algebra.WithoutMean(log));
            }
        }
    }

    private static IEnumerable<ClassicOperator> Derivatives(int kH, int kW)
    {
        yield return new("Sobel x", FilterKind.Edge, Outer(Binomial(kH), Slope(kW)));
        yield return new("Sobel y", FilterKind.Edge, Outer(Upwards(Slope(kH)), Binomial(kW)));
        yield return new("Prewitt x", FilterKind.Edge, Outer(Ones(kH), Ramp(kW)));
        yield return new("Prewitt y", FilterKind.Edge, Outer(Upwards(Ramp(kH)), Ones(kW)));
        if ((kH, kW) == (3, 3))
        {
            yield return new("Scharr x", FilterKind.Edge, [-3, 0, 3, -10, 0, 10, -3, 0, 3]);
            yield return new("Scharr y", FilterKind.Edge, [3, 10, 3, 0, 0, 0, -3, -10, -3]);
            yield return new("Sobel 45°", FilterKind.Edge, [0, 1, 2, -1, 0, 1, -2, -1, 0]);
            yield return new("Sobel 135°", FilterKind.Edge, [2, 1, 0, 1, 0, -1, 0, -1, -2]);
            yield return new("Prewitt 45°", FilterKind.Edge, [0, 1, 1, -1, 0, 1, -1, -1, 0]);
            yield return new("Prewitt 135°", FilterKind.Edge, [1, 1, 0, 1, 0, -1, 0, -1, -1]);
            yield return new("ripple x", FilterKind.Ripple, [-1, 0, 1, 2, 0, -2, -1, 0, 1]);
            yield return new("ripple y", FilterKind.Ripple, [1, -2, 1, 0, 0, 0, -1, 2, -1]);
        }
        else if (Math.Min(kH, kW) > 3)
        {
            (double[] x, double[] y) = Gradient(kH, kW);
            for (int degrees = 0; degrees < 180; degrees += 45)
            {
                double cos = Math.Cos(Radians(degrees)), sin = Math.Sin(Radians(degrees));
                yield return new($"Gaussian slope {degrees}°", FilterKind.Edge, [.. x.Zip(y, (along, up) => (cos * along) + (sin * up))]);
            }
        }
    }

    private static IEnumerable<ClassicOperator> Patterns(int kH, int kW)
    {
        if (Math.Min(kH, kW) > 1) yield return new("checkerboard", FilterKind.Checkerboard, Outer(Alternating(kH), Alternating(kW)));
        if (Math.Max(kH, kW) < 3) yield break;
        for (int degrees = 0; degrees < 180; degrees += 45)
        {
            if (Math.Min(kH, kW) < 3 && degrees != (kH >= 3 ? 0 : 90)) continue;
            yield return new($"line {degrees}°", FilterKind.Line, Line(kH, kW, degrees));
        }

        if (Math.Min(kH, kW) < 3) yield break;
        double[][] basis = PlaneBasis.GramPolynomials(kW), down = PlaneBasis.GramPolynomials(kH);
        yield return new("saddle +", FilterKind.Saddle, [.. Outer(down[2], basis[0]).Zip(Outer(down[0], basis[2]), (y, x) => y - x)]);
        yield return new("saddle x", FilterKind.Saddle, Outer(Upwards(down[1]), basis[1]));
        foreach ((string name, int right, int up) in (
            (string, int, int)[])[("upper left", -1, 1), ("upper right", 1, 1), ("lower left", -1, -1), ("lower right", 1, -1)])
            yield return new($"corner {name}", FilterKind.Corner, Algebra.WithoutMean(Algebra.Plane(kH, kW, (x, y) => x * right >= 0 && y * up >= 0 ? 1 : 0)));
    }

    /// <summary>For 3×3 twice the line less its neighbours; larger ones are a second derivative of a Gaussian across, a wider Gaussian along.</summary>
    private static double[] Line(int kH, int kW, int degrees)
    {
        double cos = Math.Cos(Radians(degrees)), sin = Math.Sin(Radians(degrees)), s = Math.Max(kH, kW) / 6.0;
        return Math.Max(kH, kW) > 3
            ? Algebra.WithoutMean(Algebra.Plane(kH, kW, (x, y) =>
            {
                double along = (x * cos) + (y * sin), across = (y * cos) - (x * sin);
                return (1 - (across * across / (s * s))) * Bell(across, along / 2, s);
            }))
            : Algebra.WithoutMean(Algebra.Plane(kH, kW, (x, y) => Math.Abs((y * cos) - (x * sin)) < 0.5 ? 1 : 0));
    }

    private static double[] Alternating(int points) => [.. Enumerable.Range(0, points).Select(i => i % 2 == 0 ? 1.0 : -1)];

    private static IEnumerable<ClassicOperator> Gabors(int kH, int kW)
    {
        foreach ((double degrees, double wavelength) in Gratings(kH, kW))
        {
            (double[] even, double[] odd) = Gabor(kH, kW, degrees, wavelength);
            string name = string.Create(CultureInfo.InvariantCulture, $"Gabor {degrees}° λ {wavelength:F1}");
            yield return new($"{name} even", FilterKind.Grating, even);
            yield return new($"{name} odd", FilterKind.Grating, odd);
        }
    }
}
