using DistConv.Core.Kernels;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>
/// Constants from PyTorch 2.6.0 (CPU). Convolutions and maxima are exact, since all operands are small multiples of 1/4; the rest is close. The script,
/// which prints each array as C#, in NHWC and HWIO order:
/// <code>
/// import torch, torch.nn.functional as F
/// def values(*shape, k):  # small exact numbers: (i * k mod 17 - 8) / 4
///     n = torch.Size(shape).numel()
///     return ((torch.arange(n) * k % 17 - 8) / 4).reshape(shape).requires_grad_()
/// def show(name, t):
///     print(f"{name} = [" + ", ".join(f"{v:.7g}f" for v in t.flatten().tolist()) + "]")
/// def conv(name, h, w, stride, pad):  # pad: left, right, top, bottom
///     x, k, b = values(h, w, 2, k=5), values(3, 3, 2, 2, k=7), values(2, k=3)  # HWC, HWIO
///     y = F.conv2d(F.pad(x.permute(2, 0, 1)[None], pad), k.permute(3, 2, 0, 1), b, stride=stride)[0].permute(1, 2, 0)
///     (y * values(*y.shape, k=11)).sum().backward()  # gradient of y: values(..., k=11)
///     for n, t in (("y", y), ("gx", x.grad), ("gw", k.grad), ("gb", b.grad)): show(f"{name}.{n}", t)
/// conv("valid", 4, 5, 1, (0, 0, 0, 0))
/// conv("same1", 3, 4, 1, (1, 1, 1, 1))
/// conv("same2", 4, 5, 2, (1, 1, 0, 1))  # TensorFlow: the odd row is below
/// def pool(name, f):
///     x = values(4, 6, 2, k=5)
///     y = f(x.permute(2, 0, 1)[None])[0].permute(1, 2, 0)
///     (y * values(*y.shape, k=11)).sum().backward()
///     show(f"{name}.y", y); show(f"{name}.gx", x.grad)
/// pool("max", lambda t: F.max_pool2d(t, 2))
/// pool("max overlapping", lambda t: F.max_pool2d(t, (2, 3), stride=(1, 2)))
/// pool("avg", lambda t: F.avg_pool2d(t, (2, 3)))
/// x, w, b = values(2, 3, k=5), values(3, 4, k=7), values(4, k=3)
/// logits = F.linear(x, w.T, b); logits.retain_grad()
/// loss = F.cross_entropy(logits, torch.tensor([2, 0]), reduction="none")
/// loss.sum().backward()
/// for n, t in (("logits", logits), ("loss", loss), ("glogits", logits.grad), ("gx", x.grad), ("gw", w.grad), ("gb", b.grad)): show(f"dense.{n}", t)
/// </code>
/// </summary>
public sealed unsafe class PyTorchTests
{
    [Fact]
    public void Conv2D_valid_equalsPyTorch()
    {
        CheckConv(
            new Conv2DShape(4, 5, 2, 3, 3, 2, 1, 1, Padding.Valid),
            [11f, 3.1875f, 0.6875f, -4.875f, -5.375f, -5.5f, 3f, 2.1875f, -6.25f, -4.8125f, -5.9375f, 0.9375f],
            [
                3.8125f, -3.75f, -1.8125f, -1.8125f, -2.5625f, 8.4375f, 4.6875f, -0.125f, -1.375f, -1f, -7.9375f, -1.0625f, -2f, -4.75f, -4.5625f, 10.125f,
                9.5625f, -0.6875f, -2.75f, -1.25f, -0.6875f, -1.25f, -4.6875f, -5.3125f, 3.875f, 10.0625f, 5.4375f, -0.5625f, -2.25f, -0.75f, 2.875f,
                1.375f, -2.375f, -4.0625f, 1.75f, 1.1875f, -0.6875f, 0.25f, -0.75f, 0.375f
            ],
            [
                6.1875f, 3.875f, -3.4375f, 5.3125f, 2.875f, -7.0625f, -1.4375f, 6.0625f, -2.5625f, 4.3125f, 3.75f, -8.0625f, -1.875f, 6.5625f, -3f, 4.8125f,
                3.3125f, -7.5625f, -1f, -0.8125f, -2.125f, 3.8125f, -1.125f, -2.1875f, -1.4375f, 6.0625f, -2.5625f, 4.3125f, 3.75f, -8.0625f, 1.5625f,
                -5.5625f, -1.6875f, 3.3125f, -3.875f, 5.8125f
            ],
            [-1.75f, 2f]);
    }

    [Fact]
    public void Conv2D_same_equalsPyTorch()
    {
        CheckConv(
            new Conv2DShape(3, 4, 2, 3, 3, 2, 1, 1, Padding.Same),
            [
                -7.375f, 3.1875f, -8.3125f, 3.125f, 6.5625f, 1.4375f, -1.75f, -11.5f, -6f, 4.5f, 0.125f, -2.5f, 2.5625f, 2.1875f, 4.3125f, -3.4375f, -1.5f,
                -2.875f, -1.375f, -0.9375f, -7.6875f, -5.75f, 0.25f, 1.9375f
            ],
            [
                -8.1875f, 2.3125f, 2.3125f, 10.3125f, 11f, -2.875f, -5.125f, -1.125f, -2.875f, 1f, 12.4375f, 11.9375f, -0.1875f, -6.9375f, -9.3125f,
                -1.375f, 9.4375f, 3.75f, 6.3125f, 3.3125f, -8.9375f, -8.3125f, -5.75f, -0.9375f
            ],
            [
                6.1875f, 3.4375f, -0.75f, 2.25f, 2.5f, -5.1875f, 6.125f, -5.9375f, -2.875f, -2.625f, -3.25f, 3.8125f, -0.875f, -2.375f, -1.6875f, -3.0625f,
                11.1875f, -4.8125f, -3.875f, 9.6875f, -2.125f, -0.1875f, -2.125f, -0.0625f, -2.1875f, -2.5f, 4.375f, 4.5f, -2.0625f, 5.1875f, -1.6875f,
                -5.1875f, -4f, -0.25f, 1.6875f, 4.8125f
            ],
            [-1f, 2.25f]);
    }

    [Fact]
    public void Conv2D_sameWithStride2_equalsPyTorch()
    {
        CheckConv(
            new Conv2DShape(4, 5, 2, 3, 3, 2, 2, 2, Padding.Same),
            [-9.5625f, -1.8125f, 0.6875f, -4.875f, -5.5625f, 1.375f, -2.9375f, -11.625f, -8.625f, 3.0625f, 1.3125f, -1.1875f],
            [
                -2.8125f, 1.3125f, 3.25f, 0.0625f, -4.0625f, 3.5f, 1.8125f, 3.375f, 2.125f, -1.75f, -2.5f, 1.625f, 0.0625f, 0.0625f, -4.375f, 3.1875f,
                3.75f, 3.1875f, 2.25f, -1.625f, 1.875f, 2.375f, 1.125f, -5.875f, 0.25f, 5.5f, 6.375f, 6.75f, 0.75f, -4.125f, 0.375f, -0.0625f, -4.8125f,
                -6.5f, -3.625f, 2.5625f, 3.125f, 4.0625f, 3f, -2.25f
            ],
            [
                0.25f, -1.375f, -3.75f, 4.125f, 9.9375f, -4.1875f, 0.3125f, -2.75f, -2.875f, 4f, -2.5f, 1.125f, 0.625f, -1.625f, -3.375f, 3.875f, 1.875f,
                -1.5f, 0.75f, -3.25f, -2.3125f, 2.875f, -1.9375f, 0f, 0.375f, -0.75f, 0.0625f, 0.5f, -2.6875f, -1.1875f, 3f, -2.1875f, -0.5625f, 1.5f, -4f,
                4.9375f
            ],
            [-1.75f, 2f]);
    }

    [Fact]
    public void MaxPool_equalsPyTorch()
    {
        CheckPool(
            new Pool2DShape(4, 6, 2, 2, 2, 2, 2), true,
            [0.5f, 1.75f, 1.25f, 0.5f, 2f, 1.25f, 0.75f, 2f, 1.5f, 0.75f, 2f, 1.5f],
            [
                0f, 0f, -2f, 0.75f, 0f, 0f, -0.75f, 0f, 0f, 0f, 0.5f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 2f, 0f, 0f, 0f, -1f, 0f, 0f, 1.75f, 0.25f, 0f, 0f,
                -1.25f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 1.5f, 0f, 0f, 0f, -1.5f
            ]);
    }

    [Fact]
    public void MaxPool_overlapping_equalsPyTorch()
    {
        CheckPool(
            new Pool2DShape(4, 6, 2, 2, 3, 1, 2), true,
            [1f, 1.75f, 1.75f, 0.75f, 1f, 2f, 1.75f, 1f, 1.25f, 2f, 2f, 1f],
            [
                0f, 0f, 0f, 0.75f, 0f, 0f, 0f, 0f, 0f, 2f, 0f, 0f, 0f, 0f, 0f, 0f, -1.5f, 0f, 0f, 0f, 1f, 0f, 0f, 0f, 0f, 0f, 0f, 0.5f, 0f, 0f, 0f, 0f, 0f,
                -1.25f, 0f, 0f, 0f, 0f, 0f, 0f, -1.25f, 0f, 0f, 0f, 0f, 0f, 0f, 0f
            ]);
    }

    [Fact]
    public void AvgPool_equalsPyTorch()
    {
        CheckPool(
            new Pool2DShape(4, 6, 2, 2, 3, 2, 3), false,
            [-0.5f, 0.04166667f, 0.625f, -0.25f, -0.25f, 0.2916667f, 0.1666667f, 0f],
            [
                -0.3333333f, 0.125f, -0.3333333f, 0.125f, -0.3333333f, 0.125f, -0.125f, 0.3333333f, -0.125f, 0.3333333f, -0.125f, 0.3333333f, -0.3333333f,
                0.125f, -0.3333333f, 0.125f, -0.3333333f, 0.125f, -0.125f, 0.3333333f, -0.125f, 0.3333333f, -0.125f, 0.3333333f, 0.08333334f, -0.1666667f,
                0.08333334f, -0.1666667f, 0.08333334f, -0.1666667f, 0.2916667f, 0.04166667f, 0.2916667f, 0.04166667f, 0.2916667f, 0.04166667f, 0.08333334f,
                -0.1666667f, 0.08333334f, -0.1666667f, 0.08333334f, -0.1666667f, 0.2916667f, 0.04166667f, 0.2916667f, 0.04166667f, 0.2916667f, 0.04166667f
            ]);
    }

    [Fact]
    public void DenseAndCrossEntropy_equalPyTorch()
    {
        foreach (KernelSet set in KernelSets.Supported)
        {
            float[] input = Values(6, 5), weights = Values(12, 7), bias = Values(4, 3), logits = new float[8], gradLogits = new float[8];
            float[] gradInput = new float[6], gradWeights = new float[12], gradBias = new float[4], scratch = new float[4];
            double[] losses = new double[2];
            using DenseOperator dense = set.Dense(new DenseShape(3, 4));
            using var work = new Operands(Placement.Canaries);
            float* block = work.Empty(dense.ScratchLength);
            fixed (float* x = input, w = weights, b = bias, y = logits, g = gradLogits, gx = gradInput, gw = gradWeights, gb = gradBias, s = scratch)
            {
                for (int unit = 0; unit < dense.PackUnits; unit++) dense.PackWeights(unit, w, b);
                for (int unit = 0; unit < dense.ForwardUnits; unit++) dense.Forward(unit, 2, x, y, relu: false, block);
                losses[0] = SoftmaxCrossEntropy.Loss(y, 4, 2, s, g).Loss;
                losses[1] = SoftmaxCrossEntropy.Loss(y + 4, 4, 0, s, g + 4).Loss;
                for (int unit = 0; unit < dense.InputGradientUnits; unit++) dense.InputGradient(unit, 2, g, gx, rectified: null, block);
                Assert.True(dense.WeightGradientRows >= 3);
                dense.WeightGradient(0, 3, 2, x, g, gw, add: false, block);
                set.AddRows(g, 2, 4, 4, gb);
            }

            Assert.Equal([1.0625f, 1.0625f, -4.25f, 1.0625f, -6.4375f, 0.5f, 2.125f, -3.6875f], logits);
            AssertNear([6.412754f, 8.744899f], [(float)losses[0], (float)losses[1]]);
            AssertNear(
                [0.3327865f, 0.3327865f, -0.9983595f, 0.3327865f, -0.9998407f, 0.1640804f, 0.833269f, 0.002491429f], gradLogits);
            AssertNear([-2.579095f, 0.2495899f, 1.663933f, 3.206073f, -1.032661f, -0.3353196f], gradInput);
            AssertNear(
                [
                    -2.415294f, -0.3784323f, 3.45494f, -0.661213f, 1.000211f, -0.4546903f, -0.2928166f, -0.2527042f, 0.1663933f, 0.1663933f, -0.4991798f,
                    0.1663933f
                ],
                gradWeights);
            AssertNear([-0.6670542f, 0.4968669f, -0.1650905f, 0.3352779f], gradBias);
        }
    }

    /// <summary>The script's <c>values</c>.</summary>
    private static float[] Values(int count, int k) => [.. Enumerable.Range(0, count).Select(i => ((i * k % 17) - 8) / 4f)];

    private static void CheckConv(Conv2DShape s, float[] output, float[] gradInput, float[] gradWeights, float[] gradBias)
    {
        float[] g = Values(s.OutputSize, 11), x = Values(s.InputSize, 5), noInput = new float[s.InputSize], noGradient = new float[s.OutputSize];
        foreach (KernelSet set in KernelSets.Supported)
        {
            ConvRun run = ConvRun.Of(set, new ConvData(s, Values(s.KernelSize, 7), Values(s.OutC, 3), [x, noInput], [g, noGradient]), Placement.Canaries);
            Assert.Equal(output, run.Output);
            Assert.Equal(gradInput, run.GradInput);
            Assert.Equal(gradWeights, run.GradWeights);
            var sums = new float[s.OutC];
            fixed (float* values = g, b = sums) set.AddRows(values, (long)s.OutH * s.OutW, s.OutC, s.OutC, b);
            Assert.Equal(gradBias, sums);
        }
    }

    private static void CheckPool(Pool2DShape s, bool maximum, float[] output, float[] gradInput)
    {
        foreach (KernelSet set in KernelSets.Supported)
        {
            float[] y = new float[s.OutputSize], chosen = new float[s.OutputSize], gradient = new float[s.InputSize];
            fixed (float* input = Values(s.InputSize, 5), g = Values(s.OutputSize, 11), o = y, a = chosen, gx = gradient)
            {
                if (maximum) set.MaxPool(s, input, o, a);
                else set.AvgPool(s, input, o);
                if (maximum) set.MaxPoolGradient(s, a, g, gx, rectified: null);
                else set.AvgPoolGradient(s, g, gx);
            }

            AssertNear(output, y);
            AssertNear(gradInput, gradient);
        }
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-6f * float.Max(1f, float.Abs(expected[i])));
    }
}
