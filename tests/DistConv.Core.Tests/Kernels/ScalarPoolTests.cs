using DistConv.Core.Kernels;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Oracle;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>The scalar pooling kernels against the definition in double precision, and cases worked by hand.</summary>
public sealed unsafe class ScalarPoolTests
{
    [Theory]
    [InlineData(6, 5, 3, 2, 2, 2, 2, Padding.Valid)]
    [InlineData(7, 7, 2, 3, 3, 2, 2, Padding.Same)]
    [InlineData(5, 6, 2, 3, 2, 1, 1, Padding.Valid)]
    [InlineData(5, 6, 4, 2, 3, 1, 2, Padding.Same)]
    [InlineData(3, 2, 1, 5, 4, 1, 1, Padding.Same)]
    [InlineData(4, 4, 5, 4, 4, 4, 4, Padding.Valid)]
    [InlineData(7, 8, 2, 1, 2, 3, 3, Padding.Same)]
    public void Pool_distinctValues_equalsOracle(int h, int w, int c, int poolH, int poolW, int strideH, int strideW, Padding padding)
    {
        var s = new Pool2DShape(h, w, c, poolH, poolW, strideH, strideW, padding);
        float[] x = TestData.Smooth(s.InputSize, 5), g = TestData.Smooth(s.OutputSize, 6);
        (float[] max, _, float[] gradMax, float[] mean, float[] gradMean) = Run(s, x, g);
        double[] input = TestData.ToDouble(x), gradient = TestData.ToDouble(g);
        AssertNear(new OraclePool2D(s, maximum: true).Forward(input), max);
        AssertNear(new OraclePool2D(s, maximum: true).InputGradient(input, gradient), gradMax);
        AssertNear(new OraclePool2D(s, maximum: false).Forward(input), mean);
        AssertNear(new OraclePool2D(s, maximum: false).InputGradient(input, gradient), gradMean);
    }

    [Fact]
    public void MaxPool_ties_choosesTheFirstInRowOrder()
    {
        (float[] max, float[] argmax, float[] gradient, _, _) = Run(new Pool2DShape(2, 2, 1, 2, 2, 2, 2), [1, 3, 3, 3], [5]);
        Assert.Equal([3], max);
        Assert.Equal([1], argmax);
        Assert.Equal([0, 5, 0, 0], gradient);
    }

    [Fact]
    public void MaxPool_zerosOfBothSigns_areEqual()
    {
        (float[] max, float[] argmax, _, _, _) = Run(new Pool2DShape(1, 2, 1, 1, 2, 1, 2), [-0f, 0f], [1]);
        SameBits.Check([-0f], max, "first of equal values");
        Assert.Equal([0], argmax);
    }

    [Fact]
    public void MaxPool_nan_isPassedOnFromTheLastOne()
    {
        (float[] max, float[] argmax, _, _, _) = Run(new Pool2DShape(1, 4, 1, 1, 4, 1, 4), [7, float.NaN, float.NaN, 9], [1]);
        Assert.True(float.IsNaN(max[0]));
        Assert.Equal([2], argmax);
    }

    [Fact]
    public void MaxPool_onlyNegativeInfinityBesidePadding_choosesAnInputThatExists()
    {
        // Same padding of a 3 × 3 window on one pixel: the only tap inside is number 4.
        (float[] max, float[] argmax, float[] gradient, _, _) = Run(new Pool2DShape(1, 1, 1, 3, 3, 1, 1, Padding.Same), [float.NegativeInfinity], [2]);
        Assert.Equal([float.NegativeInfinity], max);
        Assert.Equal([4], argmax);
        Assert.Equal([2], gradient);
    }

    [Fact]
    public void AvgPool_same_dividesByTheInputsThatExist()
    {
        // 2 × 2 windows with stride 2 on 3 × 3: the last row and column hold fewer inputs.
        (_, _, _, float[] mean, float[] gradient) = Run(
            new Pool2DShape(3, 3, 1, 2, 2, 2, 2, Padding.Same), [1, 2, 3, 4, 5, 6, 7, 8, 9], [4, 2, 2, 1]);
        Assert.Equal([3, 4.5f, 7.5f, 9], mean);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1], gradient);
    }

    private static (float[] Max, float[] ArgMax, float[] GradMax, float[] Mean, float[] GradMean) Run(Pool2DShape s, float[] input, float[] gradOutput)
    {
        KernelSet scalar = KernelSets.Supported[0];
        float[] max = new float[s.OutputSize], argmax = new float[s.OutputSize], mean = new float[s.OutputSize];
        float[] gradMax = new float[s.InputSize], gradMean = new float[s.InputSize];
        fixed (float* x = input, g = gradOutput, y = max, a = argmax, m = mean, gx = gradMax, gm = gradMean)
        {
            scalar.MaxPool(s, x, y, a);
            scalar.MaxPoolGradient(s, a, g, gx, rectified: null);
            scalar.AvgPool(s, x, m);
            scalar.AvgPoolGradient(s, g, gm);
        }

        return (max, argmax, gradMax, mean, gradMean);
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5);
    }
}
