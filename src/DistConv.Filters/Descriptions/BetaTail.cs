namespace DistConv.Filters.Descriptions;

/// <summary>
/// The energy share of isotropic noise in a subspace: for n independent normal values of mean 0 the share that lies in d given dimensions is Beta(d/2, (n −
/// d)/2), whatever their spread.
/// </summary>
internal sealed class BetaTail
{
    private const int MaxTerms = 300;
    private readonly double _a, _b, _lnBeta;

    /// <summary>The distribution for a subspace.</summary>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="of">n, more than d.</param>
    public BetaTail(int dimensions, int of)
    {
        (_a, _b) = (dimensions / 2.0, (of - dimensions) / 2.0);
        _lnBeta = LnGammaOfHalf(dimensions) + LnGammaOfHalf(of - dimensions) - LnGammaOfHalf(of);
    }

    /// <summary>ln P(share ≥ x).</summary>
    /// <param name="x">0 … 1; nearer to 1 than 1e-12 counts as that.</param>
    public double LogAbove(double x)
    {
        double y = Math.Clamp(1 - x, 1e-12, 1);
        if (y >= 1) return 0;
        if (y < (_b + 1) / (_a + _b + 2)) return LogIncomplete(_b, _a, y);
        return Math.Log(Math.Max(double.Epsilon, 1 - Math.Exp(LogIncomplete(_a, _b, 1 - y))));
    }

    /// <summary>ln of the regularised incomplete beta function I_x(a, b) by its continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22),
    /// evaluated by Lentz's method.</summary>
    private double LogIncomplete(double a, double b, double x)
    {
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), fraction = d;
        for (int m = 1; m <= MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            fraction *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            fraction *= c * d;
            if (Math.Abs((c * d) - 1) < 1e-12) break;
        }

        return (a * Math.Log(x)) + (b * Math.Log(1 - x)) - Math.Log(a) - _lnBeta + Math.Log(fraction);
    }

    private static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;

    /// <summary>ln Γ(k / 2), from Γ(1/2) = √π, Γ(1) = 1 and Γ(x + 1) = x Γ(x).</summary>
    private static double LnGammaOfHalf(int k)
    {
        double sum = k % 2 == 1 ? Math.Log(Math.PI) / 2 : 0;
        for (double x = k % 2 == 1 ? 0.5 : 1; x < k / 2.0; x++) sum += Math.Log(x);
        return sum;
    }
}
