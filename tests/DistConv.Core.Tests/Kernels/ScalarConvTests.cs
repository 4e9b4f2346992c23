using DistConv.Core.Kernels;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Oracle;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>The scalar convolution, which all others must equal, against the textbook in double precision and cases worked by hand.</summary>
public sealed class ScalarConvTests
{
    /// <summary>Half a unit in the last place of 1.</summary>
    private const double Rounding = 1.0 / (1 << 24);

    [Fact]
    public void Conv2D_smallShapesOfTheGrid_areWithinTheRoundingBoundOfTheOracle()
    {
        Conv2DShape[] shapes = [.. ConvShapes.All.Where(s => s.MultiplyAdds < 50_000)];
        Assert.True(shapes.Length >= 400, $"only {shapes.Length} shapes");
        Grid.ForEach(shapes.Length, i =>
        {
            Conv2DShape s = shapes[i];
            var oracle = new OracleConv2D(s);
            Assert.Equal((oracle.Rows.Outputs, oracle.Columns.Outputs), (s.OutH, s.OutW));
            float[] x = TestData.Smooth(s.InputSize, i), g = TestData.Smooth(s.OutputSize, i + 1), none = new float[s.OutputSize];
            float[] w = TestData.Smooth(s.KernelSize, i + 2), b = TestData.Smooth(s.OutC, i + 3), x0 = new float[s.InputSize];
            ConvRun run = ConvRun.Of(KernelSets.Supported[0], new ConvData(s, w, b, [x, x0], [g, none]), Placement.Canaries);
            Check(d => oracle.Forward(d[0], d[1], d[2]), [x, w, b], run.Output, s.FanIn, $"{s} forward");
            Check(d => oracle.InputGradient(d[0], d[1]), [w, g], run.GradInput, s.KH * s.KW * s.GroupOutC, $"{s} input gradient");
            Check(d => oracle.WeightGradient(d[0], d[1]), [x, g], run.GradWeights, s.OutH * s.OutW, $"{s} weight gradient");
            SameBits.Check([.. run.Output.Select(v => v < 0 ? 0 : v)], run.OutputRelu, $"{s} relu");
        });
    }

    [Fact]
    public void Forward_fiveByFiveWith32ValidKernels_gives3By3By32()
    {
        // x[h, w] = 5h + w; kernel o holds o everywhere: y = o · (sum of the window) = 9·o·(5(oh + 1) + (ow + 1)).
        var s = new Conv2DShape(5, 5, 1, 3, 3, 32);
        Assert.Equal(new TensorShape(3, 3, 32), s.Output);
        float[] y = Forward(s, [.. Enumerable.Range(0, 25).Select(v => (float)v)], [.. Enumerable.Range(0, 9 * 32).Select(i => (float)(i % 32))]);
        Assert.Equal(3 * 3 * 32, y.Length);
        for (int i = 0; i < y.Length; i++)
        {
            int o = i % 32, ow = i / 32 % 3, oh = i / 96;
            Assert.Equal(9 * o * ((5 * (oh + 1)) + ow + 1), y[i]);
        }
    }

    [Fact]
    public void Forward_asymmetricKernel_isCrossCorrelationNotConvolution()
    {
        // One pixel at (2, 2): cross-correlation shows the kernel flipped around it, the mathematical convolution would show it as it is.
        float[] impulse = new float[25], kernel = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        impulse[12] = 1;
        var s = new Conv2DShape(5, 5, 1, 3, 3, 1);
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1], Forward(s, impulse, kernel));

        // With the kernel flipped in both axes it is the convolution Σ F(l, m) A(i − l, j − m), here over the whole windows of A.
        float[] a = TestData.Smooth(25, 1);
        float[] y = Forward(s, a, [.. kernel.Reverse()]);
        for (int i = 0; i < 9; i++)
        {
            double sum = 0;
            for (int l = 0; l < 3; l++)
            {
                for (int m = 0; m < 3; m++) sum += kernel[(l * 3) + m] * a[(((i / 3) + 2 - l) * 5) + (i % 3) + 2 - m];
            }

            Assert.Equal(sum, y[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(4, 2, new float[] { 1, 2, 3, 4 }, new float[] { 12, 7 })] // padding 0 before, 1 behind: [1 2 3] → 1 + 2 + 3·3; [3 4 ·] → 3 + 4
    [InlineData(5, 2, new float[] { 1, 2, 3, 4, 5 }, new float[] { 7, 17, 9 })] // 1 before, 1 behind: [· 1 2], [2 3 4], [4 5 ·]
    [InlineData(4, 1, new float[] { 1, 2, 3, 4 }, new float[] { 7, 12, 17, 7 })] // 1 before, 1 behind
    public void Forward_same_padsAsTensorFlow(int width, int stride, float[] x, float[] expected)
    {
        Assert.Equal(expected, Forward(new Conv2DShape(1, width, 1, 1, 3, 1, 1, stride, Padding.Same), x, [1, 1, 3]));
    }

    [Fact]
    public void Forward_channelsAndBias_areWorkedByHand()
    {
        // Two input and two output channels, a 1 × 2 kernel w[kw, ic, oc]: y[0] = 10 + 1·1 + 2·3 + 3·5 + 4·7 = 60, y[1] = 20 + 1·2 + 2·4 + 3·6 + 4·8 = 80.
        Assert.Equal([60, 80], Forward(new Conv2DShape(1, 2, 2, 1, 2, 2), [1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8], [10, 20]));
    }

    private static float[] Forward(Conv2DShape s, float[] x, float[] w, float[]? bias = null)
    {
        var none = new float[s.OutputSize];
        return ConvRun.Of(KernelSets.Supported[0], new ConvData(s, w, bias ?? new float[s.OutC], [x, x], [none, none]), Placement.Canaries).Output;
    }

    /// <summary>A chain of n fused multiply-adds is within about n roundings of the sum of magnitudes.</summary>
    private static void Check(Func<double[][], double[]> oracle, float[][] operands, float[] actual, int terms, string what)
    {
        double[] expected = oracle([.. operands.Select(v => TestData.ToDouble(v))]);
        double[] magnitude = oracle([.. operands.Select(v => v.Select(x => (double)Math.Abs(x)).ToArray())]);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double bound = (terms + 2) * Rounding * magnitude[i];
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what}: value {i} should be {expected[i]:R} ± {bound:E1}, got {actual[i]:R}");
        }
    }
}
