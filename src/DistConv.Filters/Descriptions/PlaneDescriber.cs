namespace DistConv.Filters.Descriptions;

/// <summary>Describes planes of one size against one level of chance.</summary>
public sealed class PlaneDescriber
{
    private readonly int _kH, _kW;
    private readonly ChanceLevel _chance;
    private readonly IReadOnlyList<StructureFamily> _families;
    private readonly IReadOnlyList<ClassicOperator> _operators;
    private readonly (double[] X, double[] Y) _gradient;

    /// <summary>A describer.</summary>
    /// <param name="kH">Rows.</param>
    /// <param name="kW">Columns; kH · kW is at most <see cref="PlaneBasis.MaxTaps"/>.</param>
    /// <param name="chance">What untrained filters look like.</param>
    public PlaneDescriber(int kH, int kW, ChanceLevel chance)
    {
        (_kH, _kW, _chance) = (kH, kW, chance);
        Basis = PlaneBasis.For(kH, kW);
        _families = StructureFamily.For(kH, kW);
        _operators = ClassicOperator.For(kH, kW);
        _gradient = ClassicOperator.Gradient(kH, kW);
    }

    /// <summary>The basis in which energies are shared out.</summary>
    public PlaneBasis Basis { get; }

    /// <summary>Whether a plane has more structure than <see cref="ChanceLevel.Level"/> of untrained ones.</summary>
    /// <param name="plane">kH · kW weights.</param>
    /// <returns>Whether it is structured.</returns>
    public bool IsStructured(ReadOnlySpan<double> plane) => IsDescribable(plane) && PValue(StructureFamily.Best(_families, plane)) <= ChanceLevel.Level;

    /// <summary>Describes a plane.</summary>
    /// <param name="plane">kH · kW weights, row after row.</param>
    /// <returns>What it is.</returns>
    public PlaneDescription Describe(double[] plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        ArgumentOutOfRangeException.ThrowIfNotEqual(plane.Length, _kH * _kW);
        if (!IsDescribable(plane)) return Nothing(plane);
        double energy = Algebra.Energy(plane);
        (StructureFamily Family, double Share, double LogTail)? best = StructureFamily.Best(_families, plane);
        double pValue = PValue(best);
        (ClassicOperator match, double cosine) = Nearest(plane, _operators);
        FrequencyResponse frequency = FrequencyResponse.Of(plane, _kH, _kW);
        (FilterKind kind, string label, string polarity, double? orientation) = best is { } found && pValue <= ChanceLevel.Level
            ? Name(plane, found.Family, frequency)
            : (FilterKind.Mixed, "mixed", "", null);
        return new PlaneDescription(
            kind, label, polarity, pValue, best?.Family.Name ?? "", best?.Share ?? 0, orientation, match.Name, cosine,
            [.. Basis.Coefficients(plane).Select(coefficient => coefficient * coefficient / energy)], plane.Average(), Math.Sqrt(energy), frequency,
            Symmetry.Of(plane, _kH, _kW), Math.Min(1, Algebra.LargestSingular(plane, _kW).Energy / energy));
    }

    private static bool IsDescribable(ReadOnlySpan<double> plane) => Algebra.Energy(plane) is > 0 and < double.PositiveInfinity;

    private double PValue((StructureFamily Family, double Share, double LogTail)? best) => best is { } found ? _chance.PValue(found.LogTail) : 1;

    private static PlaneDescription Nothing(double[] plane)
    {
        string label = plane.All(value => value == 0) ? "zero" : "not finite";
        var none = new double[plane.Length];
        return new PlaneDescription(
            FilterKind.Nothing, label, "", 1, "", 0, null, "", 0, none, plane.Average(), Math.Sqrt(Algebra.Energy(plane)),
                new FrequencyResponse(0, 0, 0, 0, ""), new Symmetry(0, 0, 0), 0);
    }

    private static (ClassicOperator Operator, double Cosine) Nearest(double[] plane, IEnumerable<ClassicOperator> operators) =>
        operators.Select(candidate => (candidate, candidate.Cosine(plane))).MaxBy(pair => Math.Abs(pair.Item2));

    private (FilterKind Kind, string Label, string Polarity, double? Orientation) Name(double[] plane, StructureFamily family, FrequencyResponse frequency)
    {
        ClassicOperator[] members =
            [.. _operators.Where(member => family.Kinds.Contains(member.Kind) && (member.Kind != FilterKind.Corner || member.Name == family.Name))];
        (ClassicOperator? nearest, double cosine) = members.Length == 0 ? (null, 0) : Nearest(plane, members);
        FilterKind kind = nearest?.Kind ?? family.Kinds[0];
        string Sides(string positive, string negative) => (cosine > 0) ? positive : negative;
        switch (kind)
        {
            case FilterKind.Edge:
                double gradient = Turn(Math.Atan2(Algebra.Dot(_gradient.Y, plane), Algebra.Dot(_gradient.X, plane)), 360);
                return (kind, $"{Direction(gradient + 90)} edge", $"bright {Side(gradient)}", gradient);
            case FilterKind.Line or FilterKind.Grating:
                double along = Turn(Math.Atan2(frequency.DominantY, frequency.DominantX) + (Math.PI / 2), 180);
                string noun = kind == FilterKind.Line ? "line" : "stripes";
                return (kind, $"{Direction(along)} {noun}", kind == FilterKind.Line ? Sides("bright line", "dark line") : "", along);
            case FilterKind.Corner:
                return (kind, nearest!.Name, Sides("bright corner", "dark corner"), null);
            case FilterKind.Laplacian:
                return (kind, "Laplacian", Sides("dark centre", "bright centre"), null);
            case FilterKind.LowPass:
                return (kind, "low-pass", Sides("positive", "negative"), null);
            case FilterKind.Delta:
                return (kind, "delta", Sides("positive", "negative"), null);
            case FilterKind.Mixed or FilterKind.Nothing or FilterKind.Saddle or FilterKind.Ripple or FilterKind.Checkerboard:
                return (kind, kind.ToString().ToLowerInvariant(), "", null);
            default:
                throw new InvalidOperationException($"no label for filters of the kind {kind}");
        }
    }

    private static double Turn(double radians, double period)
    {
        double degrees = ((radians * 180 / Math.PI % period) + period) % period;
        return degrees > period - 1e-9 ? 0 : degrees;
    }

    /// <summary>A line's direction in words, to the nearest of four.</summary>
    private static string Direction(double degrees) => ((int)Math.Round(degrees / 45) % 4) switch { 0 => "horizontal", 2 => "vertical", _ => "diagonal" };

    private static string Side(double degrees) =>
        ((string[])["right", "upper right", "above", "upper left", "left", "lower left", "below", "lower right"])[(int)Math.Round(degrees / 45) % 8];
}
