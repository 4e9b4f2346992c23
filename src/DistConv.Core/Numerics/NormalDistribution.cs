namespace DistConv.Core.Numerics;

/// <summary>Draws from the normal distribution by inversion: one random word, one value. Constants of the normal truncated at ±2 standard deviations.</summary>
public static class NormalDistribution
{
    /// <summary>Φ(−2), the mass below −2 standard deviations, correctly rounded.</summary>
    public const double CdfAtMinusTwo = 0.02275013194817921;

    /// <summary>Φ(2) − Φ(−2), the mass within two standard deviations, correctly rounded.</summary>
    public const double MassWithinTwo = 0.9544997361036416;

    /// <summary>
    /// The standard deviation of a standard normal truncated at ±2; Keras divides by it (<c>VarianceScaling</c>) so that the truncated distribution has
    /// the wanted one.
    /// </summary>
    public const double TruncatedStandardDeviation = 0.87962566103423978;

    /// <summary>A standard normal value: Φ⁻¹(u), u = (word + ½) · 2⁻³².</summary>
    /// <param name="word">A random word.</param>
    /// <returns>Finite, |z| ≤ 6.34.</returns>
    public static double FromWord(uint word) => ExactMath.NormalQuantile(RandomField.ToOpenUniform(word));

    /// <summary>A standard normal value truncated at ±2: Φ⁻¹(Φ(−2) + u (Φ(2) − Φ(−2))), u = (word + ½) · 2⁻³².</summary>
    /// <param name="word">A random word.</param>
    /// <returns>Strictly between −2 and 2.</returns>
    public static double TruncatedFromWord(uint word) =>
        ExactMath.NormalQuantile(Math.FusedMultiplyAdd(RandomField.ToOpenUniform(word), MassWithinTwo, CdfAtMinusTwo));
}
