using DistConv.Core.Kernels;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Pooling of every kernel set equals the scalar one bit for bit.</summary>
public sealed unsafe class PoolGridTests
{
    private static readonly Pool2DShape[] Shapes = [.. AllShapes().Where(s => s.OutH > 0 && s.OutW > 0).Distinct()];

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Pool_everySetOnEveryShape_equalsScalarBitForBit(Placement placement)
    {
        Grid.ForEach(Shapes.Length, i =>
        {
            float[][] expected = Compute(KernelSets.Supported[0], Shapes[i], i, placement);
            foreach (KernelSet set in KernelSets.Supported.Skip(1))
            {
                float[][] actual = Compute(set, Shapes[i], i, placement);
                string[] names = ["maximum", "argmax", "maximum's gradient", "mean", "mean's gradient", "maximum's gradient before relu"];
                for (int r = 0; r < names.Length; r++) SameBits.Check(expected[r], actual[r], $"{set} {Shapes[i]} {names[r]}");
            }
        });
    }

    private static IEnumerable<Pool2DShape> AllShapes()
    {
        foreach (int channels in (int[])[.. Enumerable.Range(1, 33), 48, 50])
        {
            foreach (Padding padding in (Padding[])[Padding.Valid, Padding.Same])
            {
                yield return new Pool2DShape(6, 5, channels, 2, 2, 2, 2, padding);
                yield return new Pool2DShape(5, 7, channels, 3, 3, 2, 2, padding);
                yield return new Pool2DShape(4, 4, channels, 3, 2, 1, 1, padding);
                yield return new Pool2DShape(3, 4, channels, 5, 5, 3, 1, padding);
                yield return new Pool2DShape(7, 6, channels, 1, 2, 3, 4, padding);
                yield return new Pool2DShape(4, 3, channels, 4, 3, 4, 3, padding);
                yield return new Pool2DShape(6, 6, channels, 2, 3, 2, 3, padding);
            }
        }
    }

    private static float[][] Compute(KernelSet kernels, Pool2DShape s, int seed, Placement placement)
    {
        Func<int, int, float[]> values = seed % 2 == 0 ? TestData.Finite : TestData.Wild;
        float[] input = values(s.InputSize, (seed * 2) + 1), gradOutput = values(s.OutputSize, (seed * 2) + 2);
        using var operands = new Operands(placement);
        float* x = operands.Copy(input), g = operands.Copy(gradOutput);
        float* max = operands.Empty(s.OutputSize), argmax = operands.Empty(s.OutputSize), mean = operands.Empty(s.OutputSize);
        float* gradMax = operands.Empty(s.InputSize), gradMean = operands.Empty(s.InputSize), gradRectified = operands.Empty(s.InputSize);
        kernels.MaxPool(s, x, max, argmax);
        kernels.MaxPoolGradient(s, argmax, g, gradMax, rectified: null);
        kernels.MaxPoolGradient(s, argmax, g, gradRectified, rectified: max);
        kernels.AvgPool(s, x, mean);
        kernels.AvgPoolGradient(s, g, gradMean);
        SameBits.Check(input, new(x, s.InputSize), "input after use");
        SameBits.Check(gradOutput, new(g, s.OutputSize), "gradOutput after use");
        return
        [
            new Span<float>(max, s.OutputSize).ToArray(), new Span<float>(argmax, s.OutputSize).ToArray(), new Span<float>(gradMax, s.InputSize).ToArray(),
            new Span<float>(mean, s.OutputSize).ToArray(), new Span<float>(gradMean, s.InputSize).ToArray(),
            new Span<float>(gradRectified, s.InputSize).ToArray(),
        ];
    }
}
