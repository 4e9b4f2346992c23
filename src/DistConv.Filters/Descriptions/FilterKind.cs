namespace DistConv.Filters.Descriptions;

/// <summary>What a kernel plane does to a picture.</summary>
public enum FilterKind
{
    /// <summary>No more structure than chance gives, or none that has a name.</summary>
    Mixed,

    /// <summary>All weights are zero, or some are not numbers: it does nothing that can be described.</summary>
    Nothing,

    /// <summary>Brightness to one side against brightness to the other: a first derivative.</summary>
    Edge,

    /// <summary>A line against both of its sides: a second derivative in one direction.</summary>
    Line,

    /// <summary>One quadrant against the rest.</summary>
    Corner,

    /// <summary>The middle against its surroundings: a sum of second derivatives.</summary>
    Laplacian,

    /// <summary>The middle alone: it copies its input.</summary>
    Delta,

    /// <summary>A mean, even or weighted: it blurs.</summary>
    LowPass,

    /// <summary>Second derivatives of opposite signs.</summary>
    Saddle,

    /// <summary>Third derivatives: what of an odd kernel is no edge.</summary>
    Ripple,

    /// <summary>Stripes under a window, as a Gabor filter has them.</summary>
    Grating,

    /// <summary>Neighbours against each other: the finest pattern there is.</summary>
    Checkerboard,
}
