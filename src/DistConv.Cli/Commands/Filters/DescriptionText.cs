using DistConv.Cli.Output;
using DistConv.Filters.Descriptions;

namespace DistConv.Cli.Commands.Filters;

/// <summary>Filters in words, for a terminal.</summary>
internal static class DescriptionText
{
    private const int Width = 96;

    /// <summary>How to read the table.</summary>
    private const string Legend =
        "Arrows point to the bright side of an edge, or to the quadrant of a corner; bright: positive weights on the line, centre or quadrant; dark: negative "
        + "ones. Confidence is 1 - p: the share of untrained filters (drawn from the same distribution) that look less structured. From 0.95 on a filter is "
        + "called structured and gets a name, so one untrained filter in 20 gets one by chance. Share: how much of the filter's energy (the sum of its squared "
        + "weights) lies in the family of that name. Best match: the nearest classic operator and its cosine; negative means its negative. Angle: degrees "
        + "anticlockwise from the right, of an edge towards its bright side, of a line along it. LoG: Laplacian of a Gaussian; σ, λ in pixels. Mean and norm "
        + "are of the weights. Moved: |after - before| / |before|. Angles, polarities and operators are those of a cross-correlation, which is what the "
        + "network "
        + "computes.";

    /// <summary>Writes a layer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="dead">Its dead filters; null if that was not looked at.</param>
    /// <param name="was">What the untrained filters are called: "before training".</param>
    public static void Write(IConsoleOutput output, LayerDescription layer, IReadOnlyList<int>? dead, string was)
    {
        bool single = layer.Kernels.Shape.InC == 1;
        output.Result(TextWrap.Wrap(Heading(layer), Width, "  "));
        output.Result(
            TextWrap.Wrap($"  drawn from {layer.InitialDistribution}; fanIn {layer.Kernels.Shape.FanIn}, fanOut {layer.Kernels.Shape.FanOut}", Width));
        TextTable table = single
            ? new(" #", "FILTER", " CONF", " SHARE", "BEST MATCH", " ANGLE", " MEAN", " NORM", " MOVED", "BEFORE")
            : new(" #", "PATTERN", " CONF", " SHARE", "BEST MATCH", " ANGLE", " OF ALL", " NORM", " MOVED", "BEFORE");
        foreach (FilterDescription filter in layer.Filters)
        {
            PlaneDescription now = filter.Now;
            table.Add(
                $"{filter.Index}", Short(now), Confidence(now), $"{now.Share:F2}", $"{Arrows(now.Match)} {now.Cosine:+0.00;-0.00}",
                    now.OrientationDegrees is { } angle ? $"{angle:F0}°" : "",
                single ? $"{filter.Mean:F3}" : Format.Percent(filter.PlaneShare, 0), Number(filter.Norm, 2), filter.Moved is { } moved ? Number(moved, 2)
                    : "-", Arrows(filter.Before.Label));
        }

        output.Result(table);
        foreach (string sentence in Sentences(layer, dead, was)) output.Result(TextWrap.Wrap($"  {sentence}", Width, ""));
        output.Result("");
    }

    /// <summary>Writes what the columns mean.</summary>
    public static void WriteLegend(IConsoleOutput output) => output.Result(TextWrap.Wrap(Legend, Width, ""));

    private static string Heading(LayerDescription layer)
    {
        (int kH, int kW, int inC, int outC) = (layer.Kernels.Shape.KH, layer.Kernels.Shape.KW, layer.Kernels.Shape.InC, layer.Kernels.Shape.OutC);
        string each = inC == 1 ? $"{kH}×{kW}"
            : $"{kH}×{kW}×{inC}; PATTERN is the plane that explains most of all {inC} planes together, OF ALL the share of the filter's energy that it "
                + $"explains";
        return $"{layer.Name}: {Format.Plural(outC, "filter")} of {each}";
    }

    private static IEnumerable<string> Sentences(LayerDescription layer, IReadOnlyList<int>? dead, string was)
    {
        double chance = layer.Filters.Count * ChanceLevel.Level;
        yield return $"Structured: {layer.Structured} of {layer.Filters.Count}; {was}: {layer.StructuredBefore}; chance gives about {chance:0.#}.";
        if (layer.Planes > layer.Filters.Count)
            yield return $"Of all {layer.Planes:N0} planes, each by itself: {layer.StructuredPlanes:N0}; {was}: {layer.StructuredPlanesBefore:N0}; chance "
                + $"gives about {layer.Planes * ChanceLevel.Level:N0}.";
        yield return $"They are: {Kinds(layer.Kinds())}. {char.ToUpperInvariant(was[0])}{was[1..]}: {Kinds(layer.Kinds(before: true))}.";
        if (layer.NearDuplicates.Count > 0)
            yield return $"Near-duplicates (cosine above {LayerDescriber.DuplicateCosine}): "
                + $"{List([.. layer.NearDuplicates.Select(pair => $"{pair.First} and {pair.Second} ({pair.Cosine:F3})")])}.";
        if (dead is not null)
            yield return dead.Count == 0 ? "Dead (no held-out sample activates them): none."
                : $"Dead (no held-out sample activates them): {List([.. dead.Select(filter => $"{filter}")])}.";
    }

    private static string Kinds(IEnumerable<(FilterKind Kind, int Count)> kinds) =>
        string.Join(", ", kinds.Select(kind => $"{kind.Count} {FilterNames.Of(kind.Kind, kind.Count)}"));

    private static string List(IReadOnlyList<string> items)
    {
        const int Shown = 12;
        return string.Join(", ", items.Take(Shown)) + (items.Count > Shown ? $" and {items.Count - Shown} more" : "");
    }

    /// <summary>A label and its polarity in few columns: "diagonal edge ↗", "corner ↖, bright", "vertical line, dark".</summary>
    private static string Short(PlaneDescription plane)
    {
        if (plane.Kind == FilterKind.Edge) return $"{plane.Label} {Arrows(plane.Polarity["bright ".Length..])}";
        return plane.Polarity.Length > 0 ? $"{Arrows(plane.Label)}, {plane.Polarity.Split(' ')[0]}" : Arrows(plane.Label);
    }

    private static string Arrows(string text) => text
        .Replace("upper left", "↖", StringComparison.Ordinal).Replace("upper right", "↗", StringComparison.Ordinal)
        .Replace("lower left", "↙", StringComparison.Ordinal).Replace("lower right", "↘", StringComparison.Ordinal)
        .Replace("above", "↑", StringComparison.Ordinal).Replace("below", "↓", StringComparison.Ordinal)
        .Replace("left", "←", StringComparison.Ordinal).Replace("right", "→", StringComparison.Ordinal);

    private static string Number(double value, int digits) => value.ToString(value < 10 ? $"F{digits}" : "F1");

    /// <summary>Never 1, which no simulation can show.</summary>
    /// <summary>Three digits that never contradict the name: rounding does not cross the limit from which a filter has one.</summary>
    internal static string Confidence(PlaneDescription plane)
    {
        const double Limit = 1 - ChanceLevel.Level;
        if (plane.Confidence >= 0.9995) return ">0.999";
        double rounded = Math.Round(plane.Confidence, 3);
        return $"{(plane.IsStructured ? Math.Max(rounded, Limit) : Math.Min(rounded, Limit - 0.001)):F3}";
    }
}
