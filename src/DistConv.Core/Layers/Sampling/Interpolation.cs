namespace DistConv.Core.Layers.Sampling;

/// <summary>How the value at a place between pixels is found.</summary>
public enum Interpolation
{
    /// <summary>The four pixels around the place, each weighted by how near it is.</summary>
    Bilinear,

    /// <summary>The nearest pixel; half-way, the one with the higher index.</summary>
    Nearest,
}

/// <summary>What lies outside an image.</summary>
public enum FillMode
{
    /// <summary>The image mirrored at its edges, the edge pixels included: d c b a | a b c d | d c b a.</summary>
    Reflect,

    /// <summary>One value: k k k k | a b c d | k k k k.</summary>
    Constant,

    /// <summary>The nearest pixel: a a a a | a b c d | d d d d.</summary>
    Nearest,

    /// <summary>The image again: a b c d | a b c d | a b c d.</summary>
    Wrap,
}
