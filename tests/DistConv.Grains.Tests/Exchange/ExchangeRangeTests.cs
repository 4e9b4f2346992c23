using CsCheck;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Grains.Exchange;
using Xunit;

namespace DistConv.Grains.Tests.Exchange;

public sealed class ExchangeRangeTests
{
    private const int Block = ExchangeRange.BlockLength;

    [Fact]
    public void Cut_anyModelAndSilos_coversTheSumOnceInWholeBlocks()
    {
        Gen.Select(Gen.Int[1, 3_000_000], Gen.Int[0, 300], Gen.Int[1, 9], Gen.Bool, Gen.Double[0, 1].Array[0, 5]).Sample((length, moments, silos, isStar, at) =>
        {
            GradientLayout layout = Layout(length, moments);
            int[] milestones = [0, .. at.Select(part => (int)(part * length)).Order()];
            ExchangeRange[] ranges = ExchangeRange.Cut(layout, milestones, silos, isStar);

            int next = 0;
            foreach (ExchangeRange range in ranges.OrderBy(range => range.First).Where(range => range.First < layout.ParameterCount))
            {
                Assert.Equal(next, range.First);
                Assert.Equal(0, range.First % Block);
                next += range.Length;
            }

            Assert.Equal(length, next);
            Assert.Equal(
                moments == 0 ? [] : [(layout.MomentStart, 2 * moments)],
                ranges.Where(range => range.First >= layout.ParameterCount).Select(range => (range.First, range.Length)));
            Assert.All(ranges, range => Assert.InRange(range.Owner, 0, isStar ? 0 : silos - 1));
        });
    }

    /// <summary>What is complete first is sent first: a range of a later bucket never stands before one of an earlier.</summary>
    [Fact]
    public void Cut_milestones_areTheOrderOfTheRanges()
    {
        ExchangeRange[] ranges = ExchangeRange.Cut(Layout(100 * Block, 0), [0, 20 * Block, (60 * Block) + 1], silos: 2, isStar: false);

        int[] buckets = [.. ranges.Select(range => range.First >= 61 * Block ? 0 : range.First >= 20 * Block ? 1 : 2)];
        Assert.Equal(buckets.Order(), buckets);
        Assert.Equal([0, 1, 2], buckets.Distinct());
    }

    /// <summary>The bound that the traffic keeps: nobody adds up more than a fair share and 64 KiB, of the models that people train.</summary>
    [Theory]
    [InlineData(600_810, 590_208)] // keras1-mnist-cnn: the dense layers, then the convolutions.
    [InlineData(2_168_362, 1_900_000)]
    [InlineData(269_434, 200_000)]
    public void Cut_modelsOfAnySize_giveEachSiloAFairShare(int length, int dense)
    {
        foreach (int silos in (int[])[2, 3, 4, 8])
        {
            ExchangeRange[] ranges = ExchangeRange.Cut(Layout(length, 0), [0, length - dense], silos, isStar: false);
            int[] load = [.. Enumerable.Range(0, silos).Select(silo => ranges.Where(range => range.Owner == silo).Sum(range => range.Length))];

            Assert.InRange(load.Max(), 0, ((double)length / silos) + (16 << 10));
        }
    }

    internal static GradientLayout Layout(int length, int moments)
    {
        TensorPlan plan = new(TensorPlan.Kernel, [length], new InitializerSpec("zeros"), 1, 1);
        return new GradientLayout([new ParameterTensor("dense1/kernel", 0, 0, plan, 0)], moments);
    }
}
