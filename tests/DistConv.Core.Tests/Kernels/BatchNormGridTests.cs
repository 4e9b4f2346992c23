using DistConv.Core.Kernels;
using DistConv.Core.Layers.BatchNorm;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>The loops of batch normalisation in every kernel set against their definitions, in guarded memory, for 1 to 40 channels.</summary>
public sealed unsafe class BatchNormGridTests
{
    private const int MaxChannels = 40;

    public static TheoryData<string, Placement> SetsAndPlacements => ElementwiseTests.SetsAndPlacements;

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void ChannelSums_everyWidth_equalsDefinition(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        foreach (int positions in (int[])[1, 2, 7, 30])
        {
            for (int channels = 1; channels <= MaxChannels; channels++)
            {
                float[] factor = TestData.Wild(positions * channels, channels), values = TestData.Wild(positions * channels, channels + 100);
                double[] expected = new double[2 * channels], actual = new double[2 * channels];
                for (int i = 0; i < values.Length; i++)
                {
                    expected[i % channels] += factor[i];
                    expected[channels + (i % channels)] = Math.FusedMultiplyAdd(factor[i], values[i], expected[channels + (i % channels)]);
                }

                using var operands = new Operands(placement);
                fixed (double* sums = actual) kernels.ChannelSums(operands.Copy(factor), operands.Copy(values), positions, channels, sums);
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.True(
                        BitConverter.DoubleToInt64Bits(expected[i]) == BitConverter.DoubleToInt64Bits(actual[i])
                            || (double.IsNaN(expected[i]) && double.IsNaN(actual[i])),
                        $"{positions} × {channels}, sum {i}: expected {expected[i]:R}, got {actual[i]:R}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void ScaleAndShift_everyWidth_equalsDefinition(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        foreach (int positions in (int[])[1, 3, 8])
        {
            for (int channels = 1; channels <= MaxChannels; channels++)
            {
                int size = positions * channels;
                float[] x = TestData.Wild(size, channels), g = TestData.Wild(size, channels + 1);
                float[] a = TestData.Smooth(channels, 2), b = TestData.Smooth(channels, 3), c = TestData.Smooth(channels, 4);
                float[] forward = [.. x.Select((v, i) => MathF.FusedMultiplyAdd(b[i % channels], v, c[i % channels]))];
                float[] backward = [.. forward.Select((inner, i) => MathF.FusedMultiplyAdd(a[i % channels], g[i], inner))];
                using var operands = new Operands(placement);
                float* px = operands.Copy(x), pg = operands.Copy(g), y = operands.Empty(size);
                float* pa = operands.Copy(a), pb = operands.Copy(b), pc = operands.Copy(c);
                kernels.ScaleAndShift(px, pb, pc, positions, channels, y);
                SameBits.Check(forward, new(y, size), $"{positions} × {channels} forward");
                kernels.ScaleBothAndShift(pg, pa, px, pb, pc, positions, channels, y);
                SameBits.Check(backward, new(y, size), $"{positions} × {channels} backward");
            }
        }
    }
}
