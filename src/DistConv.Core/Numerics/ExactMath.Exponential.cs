namespace DistConv.Core.Numerics;

public static partial class ExactMath
{
    // Taylor coefficients of (exp(r) − 1 − r) / r², 1/13! … 1/2!: the remainder r¹⁴/14! is below 2⁻⁵⁷ for |r| ≤ ln 2 / 2. n! is exact in double.
    private static ReadOnlySpan<double> ExpTail =>
    [
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5,
    ];

    // Coefficients of atanh(s)/s in z = s² from z¹³/27 down to z²/5: the remainder is below 2⁻⁷⁵ of the whole for z ≤ 0.02944.
    private static ReadOnlySpan<double> AtanhTail =>
    [
        1.0 / 27, 1.0 / 25, 1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5,
    ];

    /// <summary>eˣ in single precision, computed in double and rounded once. Error below 0.500001 ulp.</summary>
    /// <param name="x">Any value.</param>
    /// <returns>
    /// eˣ; +0 where it is below 2⁻¹²⁶ (it would be denormal: x &lt; −87.3365), +∞ where it rounds past the largest float (x &gt; 88.7228), NaN for NaN.
    /// </returns>
    public static float Exp(float x)
    {
        double result = Exp((double)x);
        return result < 1.1754943508222875e-38 ? 0f : (float)result;
    }

    /// <summary>eˣ. Error below 1 ulp (largest seen: 0.79).</summary>
    /// <remarks>x = k ln 2 + r, |r| ≤ ln 2 / 2 (two-part Cody-Waite reduction); e^r by its Taylor polynomial of degree 13; 2ᵏ by exponent bits.</remarks>
    /// <param name="x">Any value.</param>
    /// <returns>eˣ; +0 where it is below 2⁻¹⁰²² (it would be denormal), +∞ on overflow, NaN for NaN.</returns>
    public static double Exp(double x) => ExpOfSum(x, 0);

    /// <summary>ln x. Error below 0.51 ulp: the whole computation carries about 66 bits and is rounded once.</summary>
    /// <param name="x">Any value.</param>
    /// <returns>ln x; −∞ for ±0, +∞ for +∞, NaN for negative values and NaN.</returns>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        return double.IsPositiveInfinity(x) ? x : LogAsSum(x).Hi;
    }

    /// <summary>ln x in single precision, computed in double and rounded once. Error below 0.500001 ulp.</summary>
    /// <inheritdoc cref="Log(double)"/>
    public static float Log(float x) => (float)Log((double)x);

    /// <summary>xʸ. Error below 1 ulp (largest seen: 0.87).</summary>
    /// <remarks>exp(y · ln x) with ln x and the product as unevaluated sums of two doubles. Special cases as in C99 and <c>Math.Pow</c>.</remarks>
    /// <param name="x">The base.</param>
    /// <param name="y">The exponent.</param>
    /// <returns>
    /// xʸ; 1 for y = ±0 or x = 1; NaN for a negative finite base with a fractional exponent; ±0 where the result would be denormal; ±∞ on overflow.
    /// </returns>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1)
            return 1;
        if (double.IsNaN(x) || double.IsNaN(y))
            return double.NaN;

        double magnitude = Math.Abs(x);
        if (double.IsInfinity(y))
            return magnitude == 1 ? 1 : magnitude > 1 == y > 0 ? double.PositiveInfinity : 0;

        double result;
        if (magnitude == 0 || double.IsPositiveInfinity(magnitude))
            result = magnitude == 0 == y > 0 ? 0 : double.PositiveInfinity;
        else if (x < 0 && !double.IsInteger(y))
            return double.NaN;
        else
            result = PowPositive(magnitude, y);
        return double.IsNegative(x) && double.IsOddInteger(y) ? -result : result;
    }

    private static double PowPositive(double x, double y)
    {
        (double hi, double lo) = LogAsSum(x);
        double productHi = y * hi;
        // Far outside the range of results; a product that overflowed would make a NaN below.
        if (Math.Abs(productHi) > 800)
            return productHi > 0 ? double.PositiveInfinity : 0;
        double productLo = Math.FusedMultiplyAdd(y, lo, Math.FusedMultiplyAdd(y, hi, -productHi));
        return ExpOfSum(productHi, productLo);
    }

    /// <summary>e^(hi + lo) for |lo| ≤ ulp(hi).</summary>
    private static double ExpOfSum(double hi, double lo)
    {
        if (double.IsNaN(hi))
            return double.NaN;
        if (hi > 710)
            return double.PositiveInfinity;
        if (hi < -709)
            return 0;

        const double InverseLn2 = 1.4426950408889634;
        double k = Math.Round(hi * InverseLn2);
        // Exact: k · Ln2Hi is, and the difference has no bit below the last of either operand.
        double reduced = Math.FusedMultiplyAdd(-k, Ln2Hi, hi);
        double correction = Math.FusedMultiplyAdd(-k, Ln2Lo, lo);
        (double r, double rLo) = TwoSum(reduced, correction);

        // 1 + (r + (r² P(r) + rLo (1 + r))): the inner sum is at most 0.42, so its rounding costs at most ¼ ulp of the result.
        double tail = Math.FusedMultiplyAdd(r * r, Horner(r, ExpTail), Math.FusedMultiplyAdd(rLo, r, rLo));
        return ScaleNormal(1 + (r + tail), (int)k);
    }

    /// <summary>value · 2ᵏ for value in [½, 2); 0 where that is denormal.</summary>
    private static double ScaleNormal(double value, int k)
    {
        if (k < -1022 || (k == -1022 && value < 1))
            return 0;
        return k > 1023 ? value * PowerOfTwo(1023) * PowerOfTwo(k - 1023) : value * PowerOfTwo(k);
    }

    private static double PowerOfTwo(int k) => BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);

    /// <summary>ln x of a positive finite x as hi + lo, hi being the rounded sum. Relative error below 2⁻⁶⁴.</summary>
    /// <remarks>
    /// x = 2ᵉ m with m in [√½, √2); s = (m − 1)/(m + 1); ln m = 2 atanh s = 2s (1 + z/3 + z²/5 + …), z = s². The terms 1 and z/3 are carried as sums of two
    /// doubles; the rest is below 2⁻¹² of the whole, so its double rounding errors are below 2⁻⁶⁴.
    /// </remarks>
    private static (double Hi, double Lo) LogAsSum(double x)
    {
        (double m, int e) = SplitAtSqrtHalf(x);
        double numerator = m - 1;
        double denominator = m + 1;
        double denominatorLo = m - (denominator - 1);
        double s = numerator / denominator;
        double sLo = Math.FusedMultiplyAdd(-s, denominatorLo, Math.FusedMultiplyAdd(-s, denominator, numerator)) / denominator;

        (double z, double zLo) = TwoProduct(s, s);
        zLo = Math.FusedMultiplyAdd(2 * s, sLo, zLo);
        const double Third = 1.0 / 3;
        const double ThirdLo = 1.850371707708594e-17;
        (double w, double wLo) = TwoProduct(z, Third);
        wLo += Math.FusedMultiplyAdd(z, ThirdLo, zLo * Third);
        (w, double rounding) = FastTwoSum(w, z * z * Horner(z, AtanhTail));
        wLo += rounding;

        (double product, double productLo) = TwoProduct(s, w);
        productLo += Math.FusedMultiplyAdd(s, wLo, sLo * w);
        (double half, double halfLo) = FastTwoSum(s, product);
        halfLo += sLo + productLo;

        // |e ln 2| > |ln m| unless e = 0, where the sum is exact anyway.
        (double hi, double lo) = TwoSum(e * Ln2Hi, 2 * half);
        return FastTwoSum(hi, lo + Math.FusedMultiplyAdd(e, Ln2Lo, 2 * halfLo));
    }

    /// <summary>x = m · 2ᵉ with m in [√½, √2), exactly.</summary>
    private static (double Significand, int Exponent) SplitAtSqrtHalf(double x)
    {
        int exponent = 0;
        long bits = BitConverter.DoubleToInt64Bits(x);
        if (bits < 1L << 52)
        {
            // A denormal: shift its first bit to where a normal number has the implicit one.
            int shift = System.Numerics.BitOperations.LeadingZeroCount((ulong)bits) - 11;
            bits = (bits << shift) & ((1L << 52) - 1) | (1L << 52);
            exponent = -shift;
        }

        const long SqrtHalfBits = 0x3FE6A09E667F3BCD;
        long above = bits - SqrtHalfBits;
        int step = (int)(above >> 52);
        double significand = BitConverter.Int64BitsToDouble(bits - ((long)step << 52));
        return (significand, exponent + step);
    }
}
