namespace DistConv.Core.Kernels.Simd;

/// <summary>How the bits of a float are used to make powers of two.</summary>
internal static class SimdBits
{
    /// <summary>1.5 · 2²³ + 127: added to a whole number k from −126 to 127, it leaves k + 127, the exponent of 2ᵏ, in the last bits of the sum.</summary>
    public const float ExponentInLastBits = 12583039f;

    /// <summary>Where the exponent begins.</summary>
    public const int SignificandBits = 23;
}
