using DistConv.Core.Networks;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Networks;

public sealed unsafe class SoftmaxCrossEntropyTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    public void Loss_ordinaryLogits_equalsDoublePrecision(int classes)
    {
        float[] logits = [.. TestData.Smooth(classes, classes).Select(v => 8 * v)];
        double sum = logits.Sum(v => Math.Exp(v));
        for (int label = 0; label < classes; label++)
        {
            (double loss, bool correct, float[] gradient) = Loss(logits, label);
            Assert.Equal(Math.Log(sum) - logits[label], loss, 1e-5);
            Assert.Equal(logits.All(v => v <= logits[label]), correct);
            for (int c = 0; c < classes; c++) Assert.Equal((Math.Exp(logits[c]) / sum) - (c == label ? 1 : 0), gradient[c], 1e-6);
        }
    }

    [Fact]
    public void Loss_hugeLogits_staysFinite()
    {
        (double loss, bool correct, float[] gradient) = Loss([3e38f, -3e38f, 0f], 0);
        Assert.Equal((0.0, true), (loss, correct));
        Assert.Equal([0f, 0f, 0f], gradient);
        Assert.Equal(1000, Loss([1000f, 0f], 1).Loss, 1e-9);
    }

    [Fact]
    public void Loss_equalLogits_countsTheFirstAsTheAnswer()
    {
        Assert.True(Loss([1f, 1f, 1f], 0).Correct);
        Assert.False(Loss([1f, 1f, 1f], 1).Correct);
        Assert.Equal(Math.Log(3), Loss([1f, 1f, 1f], 1).Loss, 1e-6);
    }

    [Fact]
    public void Loss_nan_isNotHidden()
    {
        (double loss, _, float[] gradient) = Loss([1f, float.NaN, 2f], 0);
        Assert.True(double.IsNaN(loss));
        Assert.All(gradient, g => Assert.True(float.IsNaN(g)));
    }

    [Fact]
    public void Probabilities_inPlace_sumToOne()
    {
        float[] values = [1f, 2f, 3f, -1f];
        fixed (float* v = values) SoftmaxCrossEntropy.Probabilities(v, values.Length, v);
        Assert.Equal(1.0, values.Sum(), 1e-6);
        Assert.Equal(Math.E, values[2] / values[1], 1e-5);
    }

    private static (double Loss, bool Correct, float[] Gradient) Loss(float[] logits, int label)
    {
        float[] gradient = new float[logits.Length], scratch = new float[logits.Length];
        fixed (float* x = logits, g = gradient, s = scratch)
        {
            (double loss, bool correct) = SoftmaxCrossEntropy.Loss(x, logits.Length, label, s, g);
            return (loss, correct, gradient);
        }
    }
}
