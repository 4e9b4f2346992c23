using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Numerics;

/// <summary>
/// Transcendental functions in single precision, vector by vector, for activations: one fixed sequence of exactly defined operations, so that every
/// instruction set gives the same bits (docs/numerics.md, rule 12). One lane, <see cref="ScalarSimd"/>, is the definition.
/// </summary>
/// <remarks>
/// Each is within 2 ulp of the true value, checked for every float; NaN gives NaN. Results of <see cref="Exp"/> that would be denormal are +0, as those of
/// <see cref="ExactMath"/>. The polynomials are minimax fits (Remez) of our own, with coefficients rounded to float.
/// </remarks>
/// <typeparam name="TSimd">The instruction set.</typeparam>
/// <typeparam name="TVec">Its vector.</typeparam>
internal static class SimdMath<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    // ln 2 = Ln2Hi + Ln2Lo. x − k · Ln2Hi is exact with a fused multiply-add: its last bit is not below 2⁻²⁵, and it is below ½.
    private const float InverseLn2 = 1.44269504f, Ln2Hi = 0.693147182f, Ln2Lo = -1.90465430e-9f;

    /// <summary>1.5 · 2²³: what is added to it and taken away again is rounded to a whole number, ties to even.</summary>
    private const float Rounder = 12582912f;

    /// <summary>Above it eˣ rounds to infinity; below the other it is less than 2⁻¹²⁶.</summary>
    private const float ExpMax = 88.75f, ExpMin = -87.33654f;

    /// <summary>eˣ.</summary>
    /// <remarks>x = k ln 2 + r, |r| ≤ ln 2 / 2 (Cody and Waite 1980); eˣ = 2ᵏ (1 + r + r² q(r)), q of degree 5 with an error below 2⁻³¹.</remarks>
    /// <param name="x">Any values.</param>
    /// <returns>eˣ; +0 below −87.33654, +∞ above 88.7228.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Exp(TVec x)
    {
        (TVec k, TVec tail) = Reduced(x);
        TVec half = Round(TSimd.Multiply(k, TSimd.Broadcast(0.5f))), one = TSimd.Broadcast(1f);
        TVec result = TSimd.Multiply(
            TSimd.Multiply(TSimd.Add(one, tail), TSimd.PowerOfTwo(half)), TSimd.PowerOfTwo(TSimd.Subtract(k, half)));
        result = TSimd.SelectGreater(x, TSimd.Broadcast(ExpMax), TSimd.Broadcast(float.PositiveInfinity), result);
        return TSimd.SelectGreater(TSimd.Broadcast(ExpMin), x, TSimd.Zero, result);
    }

    /// <summary>eˣ − 1 without cancellation: 2 (2ᵏ⁻¹ (e^r − 1) + (2ᵏ⁻¹ − ½)). ±0 gives ±0.</summary>
    /// <param name="x">Any values.</param>
    /// <returns>eˣ − 1; −1 below −17.4, +∞ above 88.7228.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Expm1(TVec x)
    {
        TVec lowest = TSimd.Broadcast(-18f); // e⁻¹⁸ is less than half an ulp of 1.
        TVec bounded = TSimd.SelectGreater(lowest, x, lowest, x);
        (TVec k, TVec tail) = Reduced(bounded);
        TVec power = TSimd.PowerOfTwo(TSimd.Subtract(k, TSimd.Broadcast(1f)));
        TVec half = TSimd.MultiplyAdd(power, tail, TSimd.Subtract(power, TSimd.Broadcast(0.5f)));
        TVec result = TSimd.SelectEqual(x, TSimd.Zero, x, TSimd.Add(half, half));
        return TSimd.SelectGreater(x, TSimd.Broadcast(ExpMax), TSimd.Broadcast(float.PositiveInfinity), result);
    }

    /// <summary>tanh x: x (1 + z P(z)) with z = x² up to |x| = 0.63, sign(x) (1 − 2 / (e^2|x| + 1)) above.</summary>
    /// <param name="x">Any values.</param>
    /// <returns>tanh x; ±0 for ±0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Tanh(TVec x)
    {
        TVec z = TSimd.Multiply(x, x), one = TSimd.Broadcast(1f), a = Abs(x);
        TVec p = TSimd.Broadcast(-0.00566079374f);
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.0206020121f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(-0.0537292324f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.133313283f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(-0.333332777f));
        TVec near = TSimd.Multiply(x, TSimd.MultiplyAdd(p, z, one));
        TVec far = TSimd.Subtract(one, TSimd.Divide(TSimd.Broadcast(2f), TSimd.Add(Exp(TSimd.Add(a, a)), one)));
        far = TSimd.SelectGreater(TSimd.Zero, x, TSimd.Subtract(TSimd.Zero, far), far);
        return TSimd.SelectGreater(a, TSimd.Broadcast(0.63f), far, near);
    }

    /// <summary>The logistic function 1 / (1 + e⁻ˣ), without the rounding error of the sum.</summary>
    /// <param name="x">Any values.</param>
    /// <returns>Values from 0 to 1; +0 below −88.72.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Sigmoid(TVec x)
    {
        TVec one = TSimd.Broadcast(1f), e = Exp(TSimd.Subtract(TSimd.Zero, x)), sum = TSimd.Add(one, e), quotient = TSimd.Divide(one, sum);
        TVec error = TSimd.SelectGreater(e, one, TSimd.Subtract(one, TSimd.Subtract(sum, e)), TSimd.Subtract(e, TSimd.Subtract(sum, one)));
        TVec corrected = TSimd.MultiplyAdd(TSimd.Multiply(error, quotient), TSimd.Subtract(TSimd.Zero, quotient), quotient);
        return TSimd.SelectGreater(TSimd.Broadcast(-88.72f), x, TSimd.Zero, corrected);
    }

    /// <summary>
    /// ln(1 + eˣ) = max(x, 0) + ln(1 + u), u = e^−|x|; ln(1 + u) = 2 atanh s = 2s (1 + z P(z)), s = u / (2 + u), z = s² ≤ 1/9, and 2s = u − u s.
    /// </summary>
    /// <param name="x">Any values.</param>
    /// <returns>ln(1 + eˣ); +0 below −87.33654.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Softplus(TVec x)
    {
        TVec u = Exp(TSimd.Subtract(TSimd.Zero, Abs(x)));
        TVec s = TSimd.Divide(u, TSimd.Add(TSimd.Broadcast(2f), u)), z = TSimd.Multiply(s, s), twice = TSimd.Add(s, s);
        TVec p = TSimd.Broadcast(0.121508144f);
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.107137449f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.143084496f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.199994385f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.333333373f));
        TVec rest = TSimd.MultiplyAdd(TSimd.Multiply(twice, z), p, TSimd.Subtract(TSimd.Zero, TSimd.Multiply(u, s)));
        TVec logarithm = TSimd.Add(u, rest), error = TSimd.Subtract(rest, TSimd.Subtract(logarithm, u)); // What the sum lost.
        return TSimd.Add(logarithm, TSimd.Add(TSimd.SelectGreater(x, TSimd.Zero, x, TSimd.Zero), error));
    }

    /// <summary>The error function 2/√π ∫₀ˣ e^−t² dt: x + x P(x²) up to |x| = 0.92, sign(x) (1 − e^Q(|x|)) above, Q being a fit of ln erfc.</summary>
    /// <param name="x">Any values.</param>
    /// <returns>Values from −1 to 1; ±0 for ±0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Erf(TVec x)
    {
        TVec z = TSimd.Multiply(x, x), a = Abs(x), one = TSimd.Broadcast(1f), highest = TSimd.Broadcast(4f);
        TVec p = TSimd.Broadcast(8.39729109e-05f);
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(-0.000814968836f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.00520170573f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(-0.0268596988f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.112837017f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(-0.376126349f));
        p = TSimd.MultiplyAdd(p, z, TSimd.Broadcast(0.128379166f));
        TVec near = TSimd.MultiplyAdd(x, p, x);
        TVec t = TSimd.SelectGreater(a, highest, highest, a), q = TSimd.Broadcast(-2.1161828e-05f); // erf 4 rounds to 1.
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(0.00043521804f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(-0.00417463901f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(0.0251286142f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(-0.108293936f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(-0.633334637f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(-1.12952077f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Broadcast(0.000175873443f));
        TVec far = TSimd.Subtract(one, Exp(q));
        far = TSimd.SelectGreater(TSimd.Zero, x, TSimd.Subtract(TSimd.Zero, far), far);
        return TSimd.SelectGreater(a, TSimd.Broadcast(0.92f), far, near);
    }

    /// <summary>|x|; −0 stays −0.</summary>
    /// <param name="x">Any values.</param>
    /// <returns>The magnitudes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Abs(TVec x) => TSimd.SelectGreater(TSimd.Zero, x, TSimd.Subtract(TSimd.Zero, x), x);

    /// <summary>k and e^r − 1 of x = k ln 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVec K, TVec Tail) Reduced(TVec x)
    {
        TVec k = TSimd.Subtract(
            TSimd.MultiplyAdd(x, TSimd.Broadcast(InverseLn2), TSimd.Broadcast(Rounder)), TSimd.Broadcast(Rounder));
        TVec exact = TSimd.MultiplyAdd(k, TSimd.Broadcast(-Ln2Hi), x), r = TSimd.MultiplyAdd(k, TSimd.Broadcast(-Ln2Lo), exact);
        TVec error = TSimd.MultiplyAdd(k, TSimd.Broadcast(-Ln2Lo), TSimd.Subtract(exact, r)); // What the rounding of r lost.
        TVec q = TSimd.Broadcast(0.000199141825f);
        q = TSimd.MultiplyAdd(q, r, TSimd.Broadcast(0.00139410153f));
        q = TSimd.MultiplyAdd(q, r, TSimd.Broadcast(0.00833327323f));
        q = TSimd.MultiplyAdd(q, r, TSimd.Broadcast(0.041666355f));
        q = TSimd.MultiplyAdd(q, r, TSimd.Broadcast(0.166666672f));
        q = TSimd.MultiplyAdd(q, r, TSimd.Broadcast(0.5f));
        return (k, TSimd.Add(r, TSimd.MultiplyAdd(TSimd.Multiply(r, r), q, error)));
    }

    /// <summary>The nearest whole number, for magnitudes below 2²².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Round(TVec x) => TSimd.Subtract(TSimd.Add(x, TSimd.Broadcast(Rounder)), TSimd.Broadcast(Rounder));
}
