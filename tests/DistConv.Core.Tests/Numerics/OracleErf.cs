namespace DistConv.Core.Tests.Numerics;

/// <summary>The error function in double precision, good to 10⁻¹³: its Taylor series near 0, Laplace's continued fraction of erfc elsewhere.</summary>
internal static class OracleErf
{
    public static double Of(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        return Math.CopySign(a < 2.5 ? Series(a) : a > 27 ? 1 : 1 - Complement(a), x);
    }

    private static double Series(double x)
    {
        double sum = 0, power = x;
        for (int n = 0; n < 80; n++)
        {
            sum += power / ((2 * n) + 1);
            power *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double Complement(double x)
    {
        double fraction = x;
        for (int n = 80; n >= 1; n--) fraction = x + (n / 2.0 / fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
