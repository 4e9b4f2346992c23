using DistConv.Core.Kernels;
using DistConv.Core.Layers;
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
                CheckSums(expected, actual, $"{positions} × {channels}");
            }
        }
    }

    /// <summary>As in a forward pass: both operands are the input.</summary>
    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void ChannelSums_ofSquares_equalsDefinition(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        for (int channels = 1; channels <= MaxChannels; channels++)
        {
            float[] values = TestData.Wild(7 * channels, channels);
            double[] expected = new double[2 * channels], actual = new double[2 * channels];
            for (int i = 0; i < values.Length; i++)
            {
                expected[i % channels] += values[i];
                expected[channels + (i % channels)] = Math.FusedMultiplyAdd(values[i], values[i], expected[channels + (i % channels)]);
            }

            using var operands = new Operands(placement);
            float* x = operands.Copy(values);
            fixed (double* sums = actual) kernels.ChannelSums(x, x, 7, channels, sums);
            CheckSums(expected, actual, $"7 × {channels}");
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

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void ScaleAndShift_withAnEpilogue_equalsOnePassAfterTheOther(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        foreach (int positions in (int[])[1, 3, 8])
        {
            for (int channels = 1; channels <= MaxChannels; channels++)
            {
                int size = positions * channels;
                float[] x = TestData.Wild(size, channels), other = TestData.Wild(size, channels + 1);
                float[] scale = TestData.Smooth(channels, 3), shift = TestData.Smooth(channels, 4);
                float[] plain = [.. x.Select((v, i) => MathF.FusedMultiplyAdd(scale[i % channels], v, shift[i % channels]))];
                float[] sum = [.. plain.Zip(other, (v, w) => v + w)];
                using var operands = new Operands(placement);
                float* px = operands.Copy(x), added = operands.Copy(other), y = operands.Empty(size);
                float* pa = operands.Copy(scale), pb = operands.Copy(shift);
                kernels.ScaleAndShift(px, pa, pb, positions, channels, new Epilogue(null, endsInRelu: true), y);
                SameBits.Check([.. plain.Select(Relu)], new(y, size), $"{positions} × {channels} with ReLU");
                kernels.ScaleAndShift(px, pa, pb, positions, channels, new Epilogue(added, endsInRelu: false), y);
                SameBits.Check(sum, new(y, size), $"{positions} × {channels} with a sum");
                kernels.ScaleAndShift(px, pa, pb, positions, channels, new Epilogue(added, endsInRelu: true), y);
                SameBits.Check([.. sum.Select(Relu)], new(y, size), $"{positions} × {channels} with a sum and ReLU");
            }
        }

        static float Relu(float value) => value < 0f ? 0f : value;
    }

    private static void CheckSums(double[] expected, double[] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool isEqual = double.IsNaN(expected[i])
                ? double.IsNaN(actual[i]) : BitConverter.DoubleToInt64Bits(expected[i]) == BitConverter.DoubleToInt64Bits(actual[i]);
            Assert.True(isEqual, $"{what}, sum {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }
}
