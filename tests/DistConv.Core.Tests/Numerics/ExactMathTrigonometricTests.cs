using DistConv.Core.Numerics;
using Xunit;

namespace DistConv.Core.Tests.Numerics;

/// <remarks>
/// Tables are correctly rounded: <c>from mpmath import *; mp.prec = 1200; float(sin(mpf(x))), float(cos(mpf(x)))</c>. The last three are the doubles
/// below 2²⁰ nearest to a multiple of π/2: there the reduction loses the most digits.
/// </remarks>
public class ExactMathTrigonometricTests
{
    [Fact]
    public void SinCos_dense_grid_is_near_the_platform()
    {
        IEnumerable<double> wide = Ulps.Grid(-1e5, 1e5, 100_003).Concat(Ulps.Grid(-ExactMath.MaxAngle, ExactMath.MaxAngle, 50_001));
        foreach (double x in Ulps.Grid(-10, 10, 100_003).Concat(wide))
        {
            Ulps.AssertClose(Math.Sin(x), ExactMath.Sin(x), 2, $"Sin({x:R})");
            Ulps.AssertClose(Math.Cos(x), ExactMath.Cos(x), 2, $"Cos({x:R})");
        }
    }

    [Theory]
    [InlineData(0.5, 0.479425538604203, 0.8775825618903728)]
    [InlineData(3.141592653589793, 1.2246467991473532e-16, -1.0)]
    [InlineData(1.5707963267948966, 1.0, 6.123233995736766e-17)]
    [InlineData(22.0, -0.008851309290403876, -0.9999608263946371)]
    [InlineData(355.0, -3.014435335948845e-05, -0.999999999545659)]
    [InlineData(99999.5, 0.5104916150747798, -0.8598827309222711)]
    [InlineData(1e-09, 1e-09, 1.0)]
    [InlineData(-2.25, -0.7780731968879212, -0.6281736227227391)]
    [InlineData(103993.0, -1.9129335778423752e-05, 0.9999999998170342)]
    [InlineData(710.0, 6.0288706691585265e-05, 0.999999998182636)]
    [InlineData(45.553093477052, 1.0, -6.189806365883577e-19)]
    [InlineData(91.106186954104, -1.2379612731767154e-18, -1.0)]
    [InlineData(182.212373908208, 2.475922546353431e-18, 1.0)]
    public void SinCos_known_values_within_one_ulp(double x, double sin, double cos)
    {
        Ulps.AssertClose(sin, ExactMath.Sin(x), 1, $"Sin({x:R})");
        Ulps.AssertClose(cos, ExactMath.Cos(x), 1, $"Cos({x:R})");
    }

    [Fact]
    public void SinCos_special_values()
    {
        Assert.Equal(1, ExactMath.Cos(0));
        Assert.True(double.IsNegative(ExactMath.Sin(-0.0)));
        Assert.Equal(double.NaN, ExactMath.Sin(double.PositiveInfinity));
        Assert.Equal(double.NaN, ExactMath.Cos(double.NegativeInfinity));
        Assert.Equal(double.NaN, ExactMath.Sin(double.NaN));
        Assert.Equal(double.NaN, ExactMath.Cos(double.NaN));
    }

    [Fact]
    public void SinCos_beyond_the_documented_range_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactMath.Sin(Math.BitIncrement(ExactMath.MaxAngle)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactMath.Cos(-1e300));
    }

    // Any change of a bit, on any machine, fails here; a deliberate one raises NumericsVersion.
    [Fact]
    public void Bits_over_a_grid_are_pinned()
    {
        Assert.Equal("3c86e9866f905aea53c41e5bcca6b31b", Ulps.Digest(Ulps.Grid(-50, 1000, 20_001).Select(ExactMath.Sin)));
        Assert.Equal("53d2d2eadc2df4f629dea914794c44da", Ulps.Digest(Ulps.Grid(-50, 1000, 20_001).Select(ExactMath.Cos)));
    }
}
