using DistConv.Cli.Running;
using DistConv.Core;
using Xunit;

namespace DistConv.Cli.Tests.Running;

public class SiloAdviceTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 8)]
    [InlineData(3, 12)]
    [InlineData(3, 9)]
    public void ForUneven_evenShards_saysNothing(int silos, int shards) => Assert.Null(SiloAdvice.ForUneven(silos, shards));

    [Theory]
    [InlineData(3, 8, "--shards 6 or 12")]
    [InlineData(5, 8, "--shards 5 or 10")]
    [InlineData(5, 6, "--shards 5 or 10")]
    [InlineData(2, 7, "--shards 4 or 8")]
    public void ForUneven_unevenShards_namesTheNextEvenOnes(int silos, int shards, string choices) =>
        Assert.Contains($"with {choices} would be even", SiloAdvice.ForUneven(silos, shards), StringComparison.Ordinal);

    [Fact]
    public void EnsureEachHasAShard_moreSilosThanShards_isRefused()
    {
        SiloAdvice.EnsureEachHasAShard(8, 8);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => SiloAdvice.EnsureEachHasAShard(9, 8));
        Assert.Contains("give --silos 1 to 8", e.Message, StringComparison.Ordinal);
    }
}
