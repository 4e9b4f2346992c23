namespace DistConv.Filters.Descriptions;

/// <summary>Kinds of filters as nouns.</summary>
public static class FilterNames
{
    /// <summary>A kind after a count: "line" or "lines".</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>The noun, or what stands for one.</returns>
    public static string Of(FilterKind kind, int count) => kind switch
    {
        FilterKind.Mixed => "mixed",
        FilterKind.Nothing => "without any effect",
        FilterKind.LowPass => "low-pass",
        FilterKind.Grating => "stripes",
        FilterKind.Edge or FilterKind.Line or FilterKind.Corner or FilterKind.Laplacian or FilterKind.Delta or FilterKind.Saddle or FilterKind.Ripple
            or FilterKind.Checkerboard => kind.ToString().ToLowerInvariant() + (count == 1 ? "" : "s"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no name for this kind of filter"),
    };
}
