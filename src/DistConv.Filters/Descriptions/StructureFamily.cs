namespace DistConv.Filters.Descriptions;

/// <summary>
/// Kernels of one kind in all their orientations, scales and signs: a subspace of all planes. How much of a plane's energy lies in it says how much the plane
/// is of that kind, and noise says how much that may be by chance.
/// </summary>
internal sealed class StructureFamily
{
    private readonly double[][] _span;
    private readonly BetaTail _tail;

    private StructureFamily(string name, double[][] span, int taps, FilterKind[] kinds)
    {
        (Name, _span, Kinds) = (name, span, kinds);
        _tail = new BetaTail(span.Length, taps);
    }

    /// <summary>What all its members are.</summary>
    public string Name { get; }

    /// <summary>What a member may be; the nearest operator of these kinds decides.</summary>
    public FilterKind[] Kinds { get; }

    /// <summary>Its dimensions.</summary>
    public int Dimensions => _span.Length;

    /// <summary>The families that a plane of a size is tested for; none spans everything.</summary>
    public static IReadOnlyList<StructureFamily> For(int kH, int kW)
    {
        int taps = kH * kW;
        List<StructureFamily> families = [];
        foreach ((string name, IEnumerable<double[]> vectors, FilterKind[] kinds) in Common(kH, kW).Concat((kH, kW) == (3, 3) ? FreiChen() : Smooth(kH, kW)))
        {
            double[][] span = Algebra.Orthonormal(vectors);
            if (span.Length > 0 && span.Length < taps) families.Add(new StructureFamily(name, span, taps, kinds));
        }

        return families;
    }

    /// <summary>The share of a plane's energy that lies in the family, 0 … 1.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="energy">Its Σ w².</param>
    public double Share(ReadOnlySpan<double> plane, double energy)
    {
        double inside = 0;
        foreach (double[] vector in _span)
        {
            double coefficient = Algebra.Dot(vector, plane);
            inside += coefficient * coefficient;
        }

        return energy > 0 ? Math.Min(1, inside / energy) : 0;
    }

    /// <summary>ln P(isotropic noise has this share or more).</summary>
    public double LogTail(double share) => _tail.LogAbove(share);

    /// <summary>The family that noise would imitate most rarely.</summary>
    /// <returns>The family, the plane's share in it, and the logarithm of that chance. Null for planes that no family is tested on.</returns>
    public static (StructureFamily Family, double Share, double LogTail)? Best(IReadOnlyList<StructureFamily> families, ReadOnlySpan<double> plane)
    {
        double energy = Algebra.Energy(plane);
        (StructureFamily Family, double Share, double LogTail)? best = null;
        foreach (StructureFamily family in families)
        {
            double share = family.Share(plane, energy), logTail = family.LogTail(share);
            if (best is null || logTail < best.Value.LogTail) best = (family, share, logTail);
        }

        return best;
    }

    private static IEnumerable<(string Name, IEnumerable<double[]> Vectors, FilterKind[] Kinds)> Common(int kH, int kW)
    {
        yield return ("mean", [Algebra.Plane(kH, kW, (_, _) => 1)], [FilterKind.LowPass]);
        yield return ("isotropic", Rings(kH, kW), [FilterKind.LowPass, FilterKind.Delta, FilterKind.Laplacian, FilterKind.Checkerboard]);
        foreach (ClassicOperator corner in ClassicOperator.For(kH, kW).Where(corner => corner.Kind == FilterKind.Corner))
            yield return (corner.Name, [[.. corner.Values]], [FilterKind.Corner]);
    }

    /// <summary>Indicators of all taps at one distance from the middle: kernels that look the same from all sides.</summary>
    private static IEnumerable<double[]> Rings(int kH, int kW)
    {
        double[] distances = Algebra.Plane(kH, kW, (x, y) => (x * x) + (y * y));
        return distances.Distinct().Order().Select(ring => distances.Select(distance => distance == ring ? 1.0 : 0).ToArray());
    }

    /// <summary>
    /// Groups of the basis, and the differences of columns and of rows with any weights (1 1 1 of Prewitt, 1 2 1 of Sobel, 3 10 3 of Scharr). A line along an
    /// axis is a half each of "line +" and "Laplacian +", one along a diagonal of "line x" and "Laplacian x".
    /// </summary>
    private static IEnumerable<(string Name, IEnumerable<double[]> Vectors, FilterKind[] Kinds)> FreiChen()
    {
        PlaneBasis basis = PlaneBasis.For(3, 3);
        yield return ("gradient", basis.Span(0, 1), [FilterKind.Edge]);
        yield return ("gradient x", [[-1, 0, 1, 0, 0, 0, -1, 0, 1], [0, 0, 0, -1, 0, 1, 0, 0, 0]], [FilterKind.Edge, FilterKind.Ripple]);
        yield return ("gradient y", [[1, 0, 1, 0, 0, 0, -1, 0, -1], [0, 1, 0, 0, 0, 0, 0, -1, 0]], [FilterKind.Edge, FilterKind.Ripple]);
        yield return ("ripple", basis.Span(2, 3), [FilterKind.Ripple]);
        yield return ("curvature +", basis.Span(4, 7), [FilterKind.Line, FilterKind.Saddle]);
        yield return ("curvature x", basis.Span(5, 6), [FilterKind.Line, FilterKind.Saddle]);
    }

    private static IEnumerable<(string Name, IEnumerable<double[]> Vectors, FilterKind[] Kinds)> Smooth(int kH, int kW)
    {
        PlaneBasis basis = PlaneBasis.For(kH, kW);
        yield return ("gradient", basis.OfDegree(1), [FilterKind.Edge]);
        yield return ("curvature", basis.OfDegree(2), [FilterKind.Line, FilterKind.Saddle, FilterKind.Laplacian]);
        yield return ("ripple", basis.OfDegree(3), [FilterKind.Ripple]);
        if (Math.Min(kH, kW) > 1) yield return ("checkerboard", [Algebra.Plane(kH, kW, (x, y) => Parity(x, kW) * Parity(y, kH))], [FilterKind.Checkerboard]);
        if (Math.Max(kH, kW) < 4) yield break;
        (double[] x, double[] y) = ClassicOperator.Gradient(kH, kW);
        yield return ("gradient under a window", [x, y], [FilterKind.Edge]);
        yield return ("line", ClassicOperator.For(kH, kW).Where(line => line.Kind == FilterKind.Line).Select(line => line.Values.ToArray()),
            [FilterKind.Line, FilterKind.Saddle, FilterKind.Laplacian]);
        foreach ((double degrees, double wavelength) in ClassicOperator.Gratings(kH, kW))
        {
            (double[] even, double[] odd) = ClassicOperator.Gabor(kH, kW, degrees, wavelength);
            yield return ($"stripes of {degrees}°", [even, odd], [FilterKind.Grating]);
        }
    }

    private static double Parity(double place, int points) => (int)(place + ((points - 1) / 2.0)) % 2 == 0 ? 1 : -1;
}
