using DistConv.Filters.Descriptions;
using Xunit;

namespace DistConv.Filters.Tests.Descriptions;

public sealed class BasisTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 5)]
    [InlineData(5, 5)]
    [InlineData(7, 7)]
    [InlineData(11, 11)]
    [InlineData(32, 32)]
    public void For_anySize_isOrthonormalAndComplete(int kH, int kW)
    {
        PlaneBasis basis = PlaneBasis.For(kH, kW);

        Assert.Equal(kH * kW, basis.Vectors.Count);
        Assert.Equal(basis.Vectors.Count, basis.Vectors.Select(vector => vector.Name).Distinct().Count());
        double[][] vectors = [.. basis.Vectors.Select(vector => vector.Values.ToArray())];
        int step = Math.Max(1, vectors.Length / 60); // Of 1,024 vectors a sample of the pairs.
        for (int i = 0; i < vectors.Length; i += step)
        {
            for (int j = 0; j < vectors.Length; j++) Assert.Equal(i == j ? 1 : 0, Algebra.Dot(vectors[i], vectors[j]), 1e-12);
        }
    }

    [Fact]
    public void For_threeByThree_isFreiAndChensBasis()
    {
        // Table of Frei and Chen (1977): W1 and W5 by their first rows, up to the sign of W1.
        PlaneBasis basis = PlaneBasis.For(3, 3);

        Assert.Equal([1 / Math.Sqrt(8), 0.5, 1 / Math.Sqrt(8)], basis.Vectors[0].Values.Take(3), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([0, 0.5, 0], basis.Vectors[4].Values.Take(3));
    }

    [Fact]
    public void GramPolynomials_fivePoints_areTheTabulatedOnes()
    {
        // Discrete orthogonal polynomials for 5 points as in tables for least squares: (−2 −1 0 1 2), (2 −1 −2 −1 2), (−1 2 0 −2 1), (1 −4 6 −4 1).
        double[][] table = [[1, 1, 1, 1, 1], [-2, -1, 0, 1, 2], [2, -1, -2, -1, 2], [-1, 2, 0, -2, 1], [1, -4, 6, -4, 1]];
        double[][] polynomials = PlaneBasis.GramPolynomials(5);

        for (int degree = 0; degree < 5; degree++) Assert.Equal(1, Algebra.Cosine(table[degree], polynomials[degree]), 1e-12);
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(2, 9)]
    [InlineData(3, 9)]
    [InlineData(6, 25)]
    [InlineData(1, 121)]
    public void LogAbove_anyShare_isTheIntegralOfTheDensity(int dimensions, int of)
    {
        // The midpoint rule on the density after x = sin²t, which takes away its poles at 0 and 1.
        const int Steps = 200_000;
        double a = dimensions / 2.0, b = (of - dimensions) / 2.0, whole = 0, above = 0;
        for (int i = 0; i < Steps; i++)
        {
            double t = (i + 0.5) / Steps * Math.PI / 2;
            double density = Math.Pow(Math.Sin(t), (2 * a) - 1) * Math.Pow(Math.Cos(t), (2 * b) - 1);
            whole += density;
            if (Math.Sin(t) * Math.Sin(t) >= 0.3) above += density;
        }

        Assert.Equal(Math.Log(above / whole), new BetaTail(dimensions, of).LogAbove(0.3), 1e-3);
        Assert.Equal(0, new BetaTail(dimensions, of).LogAbove(0));
    }

    [Fact]
    public void LogAbove_twoDimensions_isAPower()
    {
        for (double share = 0.05; share < 1; share += 0.05) Assert.Equal(3.5 * Math.Log(1 - share), new BetaTail(2, 9).LogAbove(share), 1e-9);
    }
}
