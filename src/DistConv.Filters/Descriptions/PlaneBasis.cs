namespace DistConv.Filters.Descriptions;

/// <summary>A vector of an orthonormal basis.</summary>
/// <param name="Name">What it measures, for example "gradient x".</param>
/// <param name="Values">kH · kW numbers, row after row, of norm 1.</param>
public sealed record BasisVector(string Name, IReadOnlyList<double> Values);

/// <summary>
/// An orthonormal basis of all kernel planes of a size whose vectors are classic operators, so that a plane's energy is the sum of its shares in them. For 3×3
/// it is the basis of Frei and Chen (Fast boundary detection: a generalization and a new algorithm, IEEE Transactions on Computers C-26, 1977); for other sizes
/// tensor products of discrete Chebyshev (Gram) polynomials, by which Haralick describes edges and curvature of a window (IEEE Transactions on Pattern Analysis
/// and Machine Intelligence 6, 1984).
/// </summary>
public sealed class PlaneBasis
{
    /// <summary>Largest number of taps of a plane that is described: a basis has its square of numbers.</summary>
    public const int MaxTaps = 1024;

    private readonly double[][] _vectors;
    private readonly int[] _degrees;

    private PlaneBasis(string name, (string Name, double[] Values)[] vectors, int[] degrees)
    {
        (Name, _degrees) = (name, degrees);
        _vectors = [.. vectors.Select(vector => vector.Values)];
        Vectors = [.. vectors.Select(vector => new BasisVector(vector.Name, vector.Values))];
    }

    /// <summary>What it is, with its source.</summary>
    public string Name { get; }

    /// <summary>As many vectors as a plane has taps.</summary>
    public IReadOnlyList<BasisVector> Vectors { get; }

    /// <summary>The basis of a size.</summary>
    /// <param name="kH">Rows, at least 1.</param>
    /// <param name="kW">Columns, at least 1; kH · kW is at most <see cref="MaxTaps"/>.</param>
    /// <returns>The basis.</returns>
    public static PlaneBasis For(int kH, int kW)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)kH * kW, MaxTaps, nameof(kH));
        return (kH, kW) == (3, 3) ? new PlaneBasis("Frei and Chen (1977)", FreiChen(), []) : Gram(kH, kW);
    }

    /// <summary>The coordinates of a plane: its scalar product with each vector.</summary>
    /// <param name="plane">kH · kW numbers.</param>
    /// <returns>One for each vector.</returns>
    public double[] Coefficients(ReadOnlySpan<double> plane)
    {
        var coefficients = new double[_vectors.Length];
        for (int i = 0; i < coefficients.Length; i++) coefficients[i] = Algebra.Dot(_vectors[i], plane);
        return coefficients;
    }

    /// <summary>Vectors of the basis by their places.</summary>
    internal double[][] Span(params ReadOnlySpan<int> places)
    {
        var span = new double[places.Length][];
        for (int i = 0; i < span.Length; i++) span[i] = _vectors[places[i]];
        return span;
    }

    /// <summary>The polynomials of one degree, that of x and that of y together; none for 3×3, whose basis has none.</summary>
    internal double[][] OfDegree(int degree) => [.. _vectors.Where((_, place) => place < _degrees.Length && _degrees[place] == degree)];

    /// <summary>Polynomials p₀ … of degree 0, 1 … on equidistant points around 0, orthonormal there.</summary>
    internal static double[][] GramPolynomials(int points)
    {
        double[] x = [.. Enumerable.Range(0, points).Select(i => i - ((points - 1) / 2.0))];
        List<double[]> polynomials = [[.. x.Select(_ => 1 / Math.Sqrt(points))]];
        while (polynomials.Count < points)
        {
            double[] next = [.. polynomials[^1].Select((value, i) => value * x[i])];
            polynomials = [.. Algebra.Orthonormal([.. polynomials, next])];
        }

        return [.. polynomials];
    }

    private static (string Name, double[] Values)[] FreiChen()
    {
        double r = Math.Sqrt(2), g = 1 / (2 * r);
        return
        [
            ("gradient y", Scaled(g, 1, r, 1, 0, 0, 0, -1, -r, -1)),
            ("gradient x", Scaled(g, -1, 0, 1, -r, 0, r, -1, 0, 1)),
            ("ripple /", Scaled(g, 0, -1, r, 1, 0, -1, -r, 1, 0)),
            ("ripple \\", Scaled(g, r, -1, 0, -1, 0, 1, 0, 1, -r)),
            ("line +", Scaled(0.5, 0, 1, 0, -1, 0, -1, 0, 1, 0)),
            ("line x", Scaled(0.5, -1, 0, 1, 0, 0, 0, 1, 0, -1)),
            ("Laplacian x", Scaled(1 / 6.0, 1, -2, 1, -2, 4, -2, 1, -2, 1)),
            ("Laplacian +", Scaled(1 / 6.0, -2, 1, -2, 1, 4, 1, -2, 1, -2)),
            ("mean", Scaled(1 / 3.0, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
        ];
    }

    private static double[] Scaled(double factor, params double[] values) => [.. values.Select(value => value * factor)];

    private static PlaneBasis Gram(int kH, int kW)
    {
        double[][] down = GramPolynomials(kH), across = GramPolynomials(kW);
        (int Y, int X)[] degrees = [.. from y in Enumerable.Range(0, kH) from x in Enumerable.Range(0, kW) orderby x + y, y select (y, x)];
        return new PlaneBasis(
            "tensor products of Gram polynomials (Haralick 1984)",
            [.. degrees.Select(degree => (NameOf(degree.Y, degree.X), Outer(down[degree.Y], across[degree.X], degree.Y % 2 == 1)))],
            [.. degrees.Select(degree => degree.Y + degree.X)]);
    }

    /// <summary>Rows count downwards and y upwards, which turns the sign of odd degrees.</summary>
    private static double[] Outer(double[] down, double[] across, bool negate) =>
        [.. down.SelectMany(y => across.Select(x => negate ? -y * x : y * x))];

    private static string NameOf(int y, int x) => (y, x) switch
    {
        (0, 0) => "mean",
        (0, 1) => "gradient x",
        (1, 0) => "gradient y",
        (0, 2) => "curvature x",
        (1, 1) => "saddle xy",
        (2, 0) => "curvature y",
        _ => $"degree {x} in x, {y} in y",
    };
}
