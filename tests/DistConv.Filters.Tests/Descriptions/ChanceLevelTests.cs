using DistConv.Core.Initializers;
using DistConv.Filters.Descriptions;
using Xunit;

namespace DistConv.Filters.Tests.Descriptions;

/// <summary>Untrained filters are called structured as often as the level says: 5 % of 2,000, within four standard errors (2 points).</summary>
public sealed class ChanceLevelTests
{
    private const int Filters = 2000;

    [Theory]
    [InlineData("glorot_uniform", 3, 1)]
    [InlineData("glorot_normal", 3, 1)]
    [InlineData("he_uniform", 3, 3)]
    [InlineData("random_normal", 3, 1)]
    [InlineData("lecun_uniform", 2, 1)]
    [InlineData("glorot_uniform", 3, 32)]
    [InlineData("glorot_uniform", 5, 1)]
    [InlineData("he_normal", 5, 6)]
    [InlineData("glorot_uniform", 7, 1)]
    public void IsStructured_untrainedFilters_atTheStatedRate(string initializer, int size, int inC)
    {
        int taps = size * size, fanIn = taps * inC, fanOut = taps * 32;
        InitializerSpec spec = new(initializer);
        ChanceLevel chance = ChanceLevel.Simulate(spec, size, size, inC, fanIn, fanOut);
        PlaneDescriber describer = new(size, size, chance);
        foreach (ulong seed in (ulong[])[1, 77])
        {
            var weights = new float[Filters * taps * inC];
            Initializer.Fill(spec, weights, fanIn, fanOut, seed, layer: 0);
            int structured = Enumerable.Range(0, Filters)
                .Count(filter => describer.IsStructured(PrincipalPlane.Of(Algebra.Of(weights.AsSpan(filter * taps * inC, taps * inC)), taps).Values));

            Assert.InRange(structured / (double)Filters, 0.03, 0.07);
        }
    }

    [Fact]
    public void IsStructured_uniformWeightsAgainstNormalOnes_moreOften()
    {
        // Why the layer's own initialiser is simulated: a cube has more room at its corners, where means and checkerboards are, than a sphere.
        PlaneDescriber normal = new(3, 3, ChanceLevel.Simulate(new InitializerSpec("random_normal"), 3, 3, 1, 9, 288));
        PlaneDescriber uniform = new(3, 3, ChanceLevel.Simulate(new InitializerSpec("random_uniform"), 3, 3, 1, 9, 288));
        double[] mean = [1, 1, 1, 1, 0.2, 1, 1, 1, 0.1];

        Assert.True(normal.Describe(mean).PValue < uniform.Describe(mean).PValue);
    }

    [Fact]
    public void Simulate_constantInitializer_isComparedWithNormalWeights()
    {
        ChanceLevel chance = ChanceLevel.Simulate(new InitializerSpec("zeros"), 3, 3, 1, 9, 288);

        Assert.StartsWith("random_normal", chance.Distribution, StringComparison.Ordinal);
        Assert.Equal(9_999, chance.Draws);
    }
}
