namespace DistConv.Core.Numerics;

public static partial class ExactMath
{
    /// <summary>The largest |x| of <see cref="Sin"/> and <see cref="Cos"/>, in radians: 2²⁰.</summary>
    public const double MaxAngle = 1 << 20;

    // Taylor coefficients of (sin r − r) / r³ in r²: −1/3!, +1/5! … +1/17!, highest first; the remainder r¹⁸/19! is below 2⁻⁶² for |r| ≤ π/4.
    private static ReadOnlySpan<double> SinTail =>
    [
        1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6,
    ];

    // Taylor coefficients of (cos r − 1 + r²/2) / r⁴ in r²: +1/4!, −1/6! … −1/18!, highest first; the remainder r²⁰/20! is below 2⁻⁶⁸.
    private static ReadOnlySpan<double> CosTail =>
    [
        -1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24,
    ];

    /// <summary>The sine of an angle in radians. Error below 1 ulp (largest seen: 0.70).</summary>
    /// <remarks>x = k π/2 + r, |r| ≤ π/4, reduced with π/2 as three doubles (Cody and Waite); sine or cosine of r by its Taylor polynomial.</remarks>
    /// <param name="x">The angle, |x| ≤ <see cref="MaxAngle"/>.</param>
    /// <returns>sin x; ±0 for ±0; NaN for NaN and infinities.</returns>
    /// <exception cref="ArgumentOutOfRangeException">x is finite and beyond <see cref="MaxAngle"/>.</exception>
    public static double Sin(double x)
    {
        if (!double.IsFinite(x))
            return double.NaN;
        if (x == 0)
            return x;
        (double r, double rLo, int quadrant) = ReduceByHalfPi(x);
        double value = (quadrant & 1) == 0 ? SinReduced(r, rLo) : CosReduced(r, rLo);
        return (quadrant & 2) == 0 ? value : -value;
    }

    /// <summary>The cosine of an angle in radians. Error below 1 ulp (largest seen: 0.70).</summary>
    /// <remarks>As <see cref="Sin"/>.</remarks>
    /// <param name="x">The angle, |x| ≤ <see cref="MaxAngle"/>.</param>
    /// <returns>cos x; NaN for NaN and infinities.</returns>
    /// <exception cref="ArgumentOutOfRangeException">x is finite and beyond <see cref="MaxAngle"/>.</exception>
    public static double Cos(double x)
    {
        if (!double.IsFinite(x))
            return double.NaN;
        (double r, double rLo, int quadrant) = ReduceByHalfPi(x);
        double value = (quadrant & 1) == 0 ? CosReduced(r, rLo) : SinReduced(r, rLo);
        return ((quadrant + 1) & 2) == 0 ? value : -value;
    }

    /// <summary>x − k π/2 as a sum of two doubles, and k mod 4. Absolute error below 2⁻¹⁴⁰ plus 2⁻¹⁰⁵ of the result.</summary>
    private static (double R, double RLo, int Quadrant) ReduceByHalfPi(double x)
    {
        if (Math.Abs(x) > MaxAngle)
            throw new ArgumentOutOfRangeException(nameof(x), x, "Sin and Cos take angles up to 2^20 radians.");

        const double TwoOverPi = 0.6366197723675814;
        const double HalfPi1 = 1.5707963267948966;
        const double HalfPi2 = 6.123233995736766e-17;
        const double HalfPi3 = -1.4973849048591698e-33;
        double k = Math.Round(x * TwoOverPi);
        (double product1, double error1) = TwoProduct(k, HalfPi1);
        (double product2, double error2) = TwoProduct(k, HalfPi2);
        // x and product1 are within a factor of two (or k = 0): the difference is exact.
        (double hi, double lo1) = TwoSum(x - product1, -error1);
        (hi, double lo2) = TwoSum(hi, -product2);
        (double r, double rLo) = TwoSum(hi, lo1 + (lo2 - error2 - k * HalfPi3));
        return (r, rLo, (int)k & 3);
    }

    /// <summary>sin(r + rLo) for |r| ≤ π/4: r + (r³ P(r²) + rLo (1 − r²/2)).</summary>
    private static double SinReduced(double r, double rLo)
    {
        double z = r * r;
        double low = Math.FusedMultiplyAdd(-0.5 * z, rLo, rLo);
        return r + Math.FusedMultiplyAdd(z * r, Horner(z, SinTail), low);
    }

    /// <summary>cos(r + rLo) for |r| ≤ π/4: (1 − r²/2) + (its rounding error + r⁴ Q(r²) − r rLo).</summary>
    private static double CosReduced(double r, double rLo)
    {
        (double z, double zLo) = TwoProduct(r, r);
        double head = 1 - 0.5 * z;
        double headError = (1 - head) - 0.5 * z;
        double low = Math.FusedMultiplyAdd(-r, rLo, headError - 0.5 * zLo);
        return head + Math.FusedMultiplyAdd(z * z, Horner(z, CosTail), low);
    }
}
