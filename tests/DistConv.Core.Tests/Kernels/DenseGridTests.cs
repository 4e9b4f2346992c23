using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers.Dense;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Dense products of every kernel set equal the scalar ones bit for bit.</summary>
public sealed unsafe class DenseGridTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 8, 10, 15, 16, 17, 31, 32, 33, 48, 50, 65, 100];

    private static readonly (DenseShape Shape, int Rows)[] Cases = [.. AllCases()];

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Dense_everySetOnEveryShape_equalsScalarBitForBit(Placement placement)
    {
        Assert.Equal([.. Enumerable.Range(1, 70)], Cases.Select(c => c.Rows).Where(rows => rows <= 70).Distinct().Order());
        Grid.ForEach(Cases.Length, i =>
        {
            (DenseShape shape, int rows) = Cases[i];
            Run expected = Compute(KernelSets.Supported[0], shape, rows, i, placement);
            foreach (KernelSet set in KernelSets.Supported.Skip(1))
            {
                Run actual = Compute(set, shape, rows, i, placement);
                string what = $"{set} {shape} × {rows}";
                SameBits.Check(expected.Output, actual.Output, what + " forward");
                SameBits.Check(expected.OutputRelu, actual.OutputRelu, what + " forward with relu");
                SameBits.Check(expected.GradInput, actual.GradInput, what + " input gradient");
                SameBits.Check(expected.GradRectified, actual.GradRectified, what + " input gradient before relu");
                SameBits.Check(expected.GradSums, actual.GradSums, what + " weight gradient added");
                SameBits.Check(expected.GradWeights, actual.GradWeights, what + " weight gradient");
            }
        });
    }

    private static IEnumerable<(DenseShape Shape, int Rows)> AllCases()
    {
        for (int rows = 1; rows <= 70; rows++)
        {
            yield return (new DenseShape(33, 10), rows);
            yield return (new DenseShape(20, 17), rows);
            yield return (new DenseShape(7, 32), rows);
            yield return (new DenseShape(Sizes[rows % Sizes.Length], 50), rows);
        }

        // More samples than one block of the weight gradient, more inputs than one of the forward product.
        foreach (int samples in (int[])[128, 129, 300]) yield return (new DenseShape(40, 23), samples);
        yield return (new DenseShape(2050, 20), 15);

        // Rows that stand further apart than they are long.
        yield return (new DenseShape(512, 20), 15);
        yield return (new DenseShape(20, 512), 15);
        yield return (new DenseShape(1024, 512), 3);
        int turn = 0;
        foreach (int inputs in Sizes)
        {
            foreach (int outputs in Sizes) yield return (new DenseShape(inputs, outputs), 1 + (turn++ * 5 % 15));
        }
    }

    private static Run Compute(KernelSet kernels, DenseShape s, int rows, int seed, Placement placement)
    {
        Func<int, int, float[]> values = seed % 2 == 0 ? TestData.Finite : TestData.Wild;
        float[] weights = TestData.Finite(s.KernelSize, (seed * 4) + 1), bias = TestData.Finite(s.Out, (seed * 4) + 2);
        float[] input = values(rows * RowStride.Of(s.In), (seed * 4) + 3), gradOutput = values(rows * RowStride.Of(s.Out), (seed * 4) + 4);
        using var operands = new Operands(placement);
        using DenseOperator dense = kernels.Dense(s);
        float* w = operands.Copy(weights), b = operands.Copy(bias), x = operands.Copy(input), g = operands.Copy(gradOutput);
        float* scratch = operands.Empty(dense.ScratchLength), y = operands.Empty(rows * RowStride.Of(s.Out)),
            yRelu = operands.Empty(rows * RowStride.Of(s.Out));
        float* gradInput = operands.Empty(rows * RowStride.Of(s.In)), gradRectified = operands.Empty(rows * RowStride.Of(s.In));
        float* gradWeights = operands.Empty(s.KernelSize), gradSums = operands.Copy(weights);

        // Units in falling order: they are independent.
        for (int unit = dense.PackUnits - 1; unit >= 0; unit--) dense.PackWeights(unit, w, b);
        for (int unit = dense.ForwardUnits - 1; unit >= 0; unit--)
        {
            dense.Forward(unit, rows, x, y, relu: false, scratch);
            dense.Forward(unit, rows, x, yRelu, relu: true, scratch);
        }

        for (int unit = dense.InputGradientUnits - 1; unit >= 0; unit--)
        {
            dense.InputGradient(unit, rows, g, gradInput, rectified: null, scratch);
            dense.InputGradient(unit, rows, g, gradRectified, rectified: x, scratch);
        }

        for (int first = 0; first < s.In; first += dense.WeightGradientRows)
        {
            int count = int.Min(dense.WeightGradientRows, s.In - first);
            dense.WeightGradient(first, count, rows, x, g, gradWeights + (first * s.Out), add: false, scratch);
            dense.WeightGradient(first, count, rows, x, g, gradSums + (first * s.Out), add: true, scratch);
        }

        SameBits.Check(input, new(x, rows * RowStride.Of(s.In)), "input after use");
        SameBits.Check(gradOutput, new(g, rows * RowStride.Of(s.Out)), "gradOutput after use");
        return new Run(
            new Span<float>(y, rows * RowStride.Of(s.Out)).ToArray(), new Span<float>(yRelu, rows * RowStride.Of(s.Out)).ToArray(),
            new Span<float>(gradInput, rows * RowStride.Of(s.In)).ToArray(), new Span<float>(gradRectified, rows * RowStride.Of(s.In)).ToArray(),
            new Span<float>(gradWeights, s.KernelSize).ToArray(), new Span<float>(gradSums, s.KernelSize).ToArray());
    }

    private sealed record Run(float[] Output, float[] OutputRelu, float[] GradInput, float[] GradRectified, float[] GradWeights, float[] GradSums);
}
