using DistConv.Core.Kernels;
using DistConv.Core.Layers.Conv2D;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Every kernel set equals the scalar one bit for bit on the whole grid, with every operand and the scratch between canaries or at a guard
/// page.</summary>
public sealed class ConvGridTests
{
    [Fact]
    public void Grid_distinctShapes_areAtLeast2000()
    {
        Assert.True(ConvShapes.All.Distinct().Count() >= 2000, $"only {ConvShapes.All.Count} shapes");
        Assert.Equal([.. Enumerable.Range(1, 30)], ConvShapes.All.Select(s => s.OutW).Where(w => w <= 30).Distinct().Order());
        foreach (int channels in (int[])[.. Enumerable.Range(1, 33), 48, 50])
        {
            Assert.Contains(ConvShapes.All, s => s.InC == channels);
            Assert.Contains(ConvShapes.All, s => s.OutC == channels);
        }
    }

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Conv2D_everySetOnEveryShape_equalsScalarBitForBit(Placement placement)
    {
        KernelSet scalar = KernelSets.Supported[0];
        Grid.ForEach(ConvShapes.All.Count, i =>
        {
            Conv2DShape shape = ConvShapes.All[i];
            ConvData data = ConvData.Create(shape, i);
            ConvRun expected = ConvRun.Of(scalar, data, placement);
            foreach (KernelSet set in KernelSets.Supported.Skip(1)) expected.Check(ConvRun.Of(set, data, placement), $"{set} {shape}");
        });
    }

    [Fact]
    public void Conv2D_kernelOfManyTaps_fitsASmallStack()
    {
        // 160,000 taps: a list of them on the stack of a thread would end the process.
        var shape = new Conv2DShape(401, 402, 1, 400, 400, 1);
        ConvData data = ConvData.Create(shape, 0);
        ConvRun expected = ConvRun.Of(KernelSets.Supported[0], data, Placement.Canaries);
        ConvRun? actual = null;
        var thread = new Thread(() => actual = ConvRun.Of(KernelSets.Supported[^1], data, Placement.GuardAfter), maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        expected.Check(actual!, $"{shape}");
    }
}
