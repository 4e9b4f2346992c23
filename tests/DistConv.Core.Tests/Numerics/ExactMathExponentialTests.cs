using DistConv.Core.Numerics;
using Xunit;

namespace DistConv.Core.Tests.Numerics;

/// <remarks>
/// Our bound is 1 ulp and the platforms' functions are good to about as much, so the two may lie 2 apart. The tables are correctly rounded:
/// <c>from mpmath import *; mp.prec = 1200; float(exp(mpf(x)))</c>, with <c>log</c> and <c>power</c> likewise; there the bound is 1.
/// </remarks>
public class ExactMathExponentialTests
{
    [Fact]
    public void Exp_dense_grid_is_near_the_platform()
    {
        foreach (double x in Ulps.Grid(-708, 709.7, 200_003).Concat(Ulps.Grid(-2, 2, 100_001)))
            Ulps.AssertClose(Math.Exp(x), ExactMath.Exp(x), 2, $"Exp({x:R})");
    }

    [Theory]
    [InlineData(1.0, 2.718281828459045)]
    [InlineData(-1.0, 0.36787944117144233)]
    [InlineData(0.5, 1.6487212707001282)]
    [InlineData(1e-10, 1.0000000001)]
    [InlineData(-20.25, 1.6052280551856116e-09)]
    [InlineData(100.125, 3.0460357809113723e+43)]
    [InlineData(709.7, 1.6549840276802644e+308)]
    [InlineData(-708.39, 2.2394014988804677e-308)]
    [InlineData(0.34657359027997264, 1.414213562373095)]
    public void Exp_known_values_within_one_ulp(double x, double expected) => Ulps.AssertClose(expected, ExactMath.Exp(x), 1, $"Exp({x:R})");

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(709.79, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0.0)]
    [InlineData(-708.3965, 0.0)]
    [InlineData(-720.0, 0.0)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_special_values(double x, double expected) => Assert.Equal(expected, ExactMath.Exp(x));

    [Fact]
    public void ExpLog_of_minus_zero_equal_those_of_zero()
    {
        Assert.Equal(1, ExactMath.Exp(-0.0));
        Assert.Equal(double.NegativeInfinity, ExactMath.Log(-0.0));
    }

    [Fact]
    public void Exp_double_is_never_denormal()
    {
        foreach (double x in Ulps.Grid(-708.5, -708.3, 10_001))
            Assert.False(double.IsSubnormal(ExactMath.Exp(x)));
        Assert.True(ExactMath.Exp(-708.396) >= 2.2250738585072014e-308);
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(1f, 2.7182817f)]
    [InlineData(-87.336f, 1.1761366e-38f)]
    [InlineData(-87.3366f, 0f)]
    [InlineData(-100f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(88.7228f, 3.4026947e+38f)]
    [InlineData(88.7229f, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void ExpFloat_special_values(float x, float expected)
    {
        float actual = ExactMath.Exp(x);

        Assert.Equal(expected, actual);
        Assert.False(float.IsSubnormal(actual) || float.IsNegative(actual) && !float.IsNaN(actual));
    }

    [Fact]
    public void ExpFloat_dense_grid_is_the_rounded_double()
    {
        foreach (double point in Ulps.Grid(-87.3, 88.7, 200_003))
        {
            float x = (float)point;
            float expected = (float)Math.Exp(x);
            Assert.True(Math.Abs(ExactMath.Exp(x) - expected) <= MathF.BitIncrement(expected) - expected, $"Exp({x:R}f)");
        }
    }

    [Fact]
    public void Log_dense_grid_is_near_the_platform()
    {
        foreach (double x in Ulps.Grid(1e-5, 3, 200_003).Concat(Ulps.Grid(-1070, 1020, 50_001).Select(e => Math.Pow(2, e))))
            Ulps.AssertClose(Math.Log(x), ExactMath.Log(x), 2, $"Log({x:R})");
    }

    [Theory]
    [InlineData(2.0, 0.6931471805599453)]
    [InlineData(0.5, -0.6931471805599453)]
    [InlineData(10.0, 2.302585092994046)]
    [InlineData(1.0000000000000002, 2.2204460492503128e-16)]
    [InlineData(0.9999999999999999, -1.1102230246251565e-16)]
    [InlineData(0.7071067811865476, -0.3465735902799726)]
    [InlineData(1.4142135623730951, 0.3465735902799727)]
    [InlineData(1e+300, 690.7755278982137)]
    [InlineData(5e-324, -744.4400719213812)]
    [InlineData(0.1, -2.3025850929940455)]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Log_known_values_are_correctly_rounded(double x, double expected) => Assert.Equal(expected, ExactMath.Log(x));

    [Fact]
    public void LogFloat_is_the_rounded_double()
    {
        Assert.Equal(0.6931472f, ExactMath.Log(2f));
        Assert.Equal(-103.27893f, ExactMath.Log(float.Epsilon));
        Assert.Equal(float.NegativeInfinity, ExactMath.Log(0f));
        Assert.Equal(float.NaN, ExactMath.Log(-1f));
    }

    [Fact]
    public void Pow_dense_grid_is_near_the_platform()
    {
        foreach (double x in Ulps.Grid(0.01, 20, 401))
        {
            foreach (double y in Ulps.Grid(-150, 150, 401))
                Ulps.AssertClose(Math.Pow(x, y), ExactMath.Pow(x, y), 2, $"Pow({x:R}, {y:R})");
        }
    }

    [Theory]
    [InlineData(2.0, 0.5, 1.4142135623730951)]
    [InlineData(0.999, 1000.0, 0.36769542477096373)]
    [InlineData(1.0000000001, 10000000000.0, 2.7182820532347876)]
    [InlineData(10.0, -5.0, 1e-05)]
    [InlineData(0.3, 2.2, 0.07074027770369604)]
    [InlineData(0.001, 100.25, 1.7782794100389264e-301)]
    [InlineData(7.5, 350.0, 1.8682809567599576e+306)]
    public void Pow_known_values_within_one_ulp(double x, double y, double expected) =>
        Ulps.AssertClose(expected, ExactMath.Pow(x, y), 1, $"Pow({x:R}, {y:R})");

    [Fact]
    public void Pow_special_values_equal_the_platform()
    {
        double[] values =
        [
            0.0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1e300, -1e300, 1e-300, 9007199254740993, double.MaxValue, double.Epsilon,
            double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        ];
        foreach (double x in values)
        {
            foreach (double y in values)
            {
                double expected = Math.Pow(x, y);
                double actual = ExactMath.Pow(x, y);
                if (double.IsSubnormal(expected))
                    expected = double.CopySign(0, expected);
                Ulps.AssertClose(expected, actual, 2, $"Pow({x:R}, {y:R})");
                Assert.True(double.IsNaN(expected) || double.IsNegative(expected) == double.IsNegative(actual), $"sign of Pow({x:R}, {y:R})");
            }
        }
    }

    // Any change of a bit, on any machine, fails here; a deliberate one raises NumericsVersion.
    [Fact]
    public void Bits_over_a_grid_are_pinned()
    {
        Assert.Equal("7e484041b61f761b5b4990911767b27a", Ulps.Digest(Ulps.Grid(-720, 715, 20_001).Select(ExactMath.Exp)));
        Assert.Equal("221860ec8d915d9ee52bff3bd597ab43", Ulps.Digest(Ulps.Grid(-90, 90, 20_001).Select(x => (double)ExactMath.Exp((float)x))));
        Assert.Equal("e04766a283ce3fb23819535814071b63", Ulps.Digest(Ulps.Grid(1e-5, 1000, 20_001).Select(ExactMath.Log)));
        Assert.Equal("bfa734d0d7b57a2ff0602b6646a00318", Ulps.Digest(Ulps.Grid(0.001, 9, 20_001).Select(x => ExactMath.Pow(x, 10 - x * x))));
    }
}
