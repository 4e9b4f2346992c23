namespace DistConv.Core.Numerics;

/// <summary>
/// Transcendental functions whose bits are the same on every machine: only +, −, ·, /, square root, fused multiply-add, rounding and bit operations, each
/// defined exactly by IEEE 754. The platform's own functions (<c>Math.Exp</c> and the like) differ between operating systems, so they never touch a
/// weight.
/// </summary>
/// <remarks>
/// Error bounds are in units in the last place (ulp) of the result. They come from the analysis beside each method and were confirmed against 120-digit
/// arithmetic; tests compare with <see cref="Math"/> and pin a digest of the bits. Where a double result would be denormal, <c>Exp</c> and <c>Pow</c> return
/// ±0.
/// </remarks>
public static partial class ExactMath
{
    // ln 2 = Ln2Hi + Ln2Lo; the last 11 bits of Ln2Hi are zero, so n · Ln2Hi is exact for |n| ≤ 2048. Ln2Lo continues it with 53 bits.
    private const double Ln2Hi = 0.6931471805598903;
    private const double Ln2Lo = 5.497923018708371e-14;

    /// <summary>The exact sum of two doubles as a rounded sum and its error (Knuth's TwoSum).</summary>
    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        double sum = a + b;
        double bPart = sum - a;
        return (sum, (a - (sum - bPart)) + (b - bPart));
    }

    /// <summary>The same for |a| ≥ |b| (Dekker's FastTwoSum).</summary>
    private static (double Sum, double Error) FastTwoSum(double a, double b)
    {
        double sum = a + b;
        return (sum, b - (sum - a));
    }

    /// <summary>The exact product of two doubles as a rounded product and its error.</summary>
    private static (double Product, double Error) TwoProduct(double a, double b)
    {
        double product = a * b;
        return (product, Math.FusedMultiplyAdd(a, b, -product));
    }

    /// <summary>A polynomial by Horner's rule in fused multiply-adds, highest coefficient first.</summary>
    private static double Horner(double x, ReadOnlySpan<double> coefficients)
    {
        double sum = coefficients[0];
        for (int i = 1; i < coefficients.Length; i++)
            sum = Math.FusedMultiplyAdd(sum, x, coefficients[i]);
        return sum;
    }
}
