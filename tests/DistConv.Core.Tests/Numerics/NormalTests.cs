using DistConv.Core.Numerics;
using Xunit;

namespace DistConv.Core.Tests.Numerics;

public class NormalTests
{
    // Correctly rounded: Newton's method on mpmath's erfc at 1,200 bits: z -= (erfc(-z / sqrt(2)) / 2 - p) / npdf(z), eight times.
    [Theory]
    [InlineData(0.975, 1.9599639845400538)]
    [InlineData(0.1, -1.2815515655446004)]
    [InlineData(0.075, -1.439531470938456)]
    [InlineData(0.925, 1.4395314709384561)]
    [InlineData(0.25, -0.6744897501960817)]
    [InlineData(0.6, 0.2533471031357997)]
    [InlineData(1e-3, -3.0902323061678136)]
    [InlineData(1e-10, -6.361340902404057)]
    [InlineData(1e-100, -21.273453560965326)]
    [InlineData(1e-300, -37.0470962993612)]
    [InlineData(0.9999999, 5.199337582290661)]
    [InlineData(1.1641532182693481e-10, -6.3379577545537895)]
    public void NormalQuantile_known_values_within_the_bound(double p, double expected) =>
        Assert.True(Math.Abs(ExactMath.NormalQuantile(p) - expected) <= 1e-15 * Math.Abs(expected), $"{ExactMath.NormalQuantile(p):R}");

    [Fact]
    public void NormalQuantile_dense_grid_inverts_the_distribution_function()
    {
        for (int i = 1; i < 8192; i++)
        {
            double p = 0.5 + i / 16384.0;
            double z = ExactMath.NormalQuantile(p);
            double error = (Cdf(z) - p) / Density(z);
            // The reference's own rounding errors, a few 2^-53 in Φ, grow with 1/density.
            Assert.True(Math.Abs(error) <= 1e-15 * z + 6e-16 / Density(z), $"NormalQuantile({p:R}) = {z:R} is off by {error}");
            Assert.Equal(-z, ExactMath.NormalQuantile(1 - p));
        }
    }

    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(1.0, double.PositiveInfinity)]
    [InlineData(-0.1, double.NaN)]
    [InlineData(1.1, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void NormalQuantile_special_values(double p, double expected) => Assert.Equal(expected, ExactMath.NormalQuantile(p));

    [Fact]
    public void Constants_of_the_truncated_normal_agree_with_their_definitions()
    {
        double variance = 1 - 4 * Density(2) / NormalDistribution.MassWithinTwo;

        Assert.Equal(NormalDistribution.CdfAtMinusTwo, 1 - Cdf(2), 1e-15);
        Assert.Equal(NormalDistribution.MassWithinTwo, 2 * Cdf(2) - 1, 1e-15);
        Assert.Equal(NormalDistribution.TruncatedStandardDeviation, Math.Sqrt(variance), 1e-14);
    }

    [Fact]
    public void FromWord_extreme_words_stay_in_range()
    {
        Assert.Equal(-6.338, NormalDistribution.FromWord(0), 0.001);
        Assert.Equal(6.338, NormalDistribution.FromWord(uint.MaxValue), 0.001);
        Assert.InRange(NormalDistribution.TruncatedFromWord(0), -2, -1.99999);
        Assert.InRange(NormalDistribution.TruncatedFromWord(uint.MaxValue), 1.99999, 2);
    }

    // Any change of a bit, on any machine, fails here; a deliberate one raises NumericsVersion.
    [Fact]
    public void Bits_over_a_grid_are_pinned() =>
        Assert.Equal("9b0f8dceb5ee60ff1abb90ae7e37ea17", Ulps.Digest(Ulps.Grid(0, 1, 20_001).Select(ExactMath.NormalQuantile)));

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    // Φ(z) = ½ + φ(z) Σ z^(2n+1) / (1 · 3 · … · (2n+1)): all terms positive.
    private static double Cdf(double z)
    {
        double sum = 0;
        double term = z;
        for (int n = 1; term > sum * 1e-18; n += 2)
        {
            sum += term;
            term *= z * z / (n + 2);
        }

        return 0.5 + Density(z) * sum;
    }
}
