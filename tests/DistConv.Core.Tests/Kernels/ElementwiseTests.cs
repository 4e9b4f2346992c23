using DistConv.Core.Kernels;
using DistConv.Core.Layers.Dropout;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Elementwise kernels of every set, the scalar one included, against their definitions, for every length from 0 to 70.</summary>
public sealed unsafe class ElementwiseTests
{
    public static TheoryData<string, Placement> SetsAndPlacements
    {
        get
        {
            var data = new TheoryData<string, Placement>();
            foreach (KernelSet set in KernelSets.Supported)
            {
                foreach (Placement placement in Enum.GetValues<Placement>()) data.Add(set.Name, placement);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void Relu_everyLength_equalsDefinition(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        for (int n = 0; n <= 70; n++)
        {
            float[] values = TestData.Wild(n, n);
            float[] expected = [.. values.Select(v => v < 0f ? 0f : v)];
            using var operands = new Operands(placement);
            float* x = operands.Copy(values), y = operands.Empty(n);
            kernels.Relu(x, y, n);
            SameBits.Check(expected, new(y, n), $"relu of {n}");
            SameBits.Check(values, new(x, n), $"input of relu of {n}");
            kernels.Relu(x, x, n);
            SameBits.Check(expected, new(x, n), $"relu of {n} in place");
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void ReluGradient_everyLength_equalsDefinition(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        for (int n = 0; n <= 70; n++)
        {
            float[] output = TestData.Wild(n, n), gradient = TestData.Wild(n, n + 1000);
            using var operands = new Operands(placement);
            float[] expected = [.. output.Zip(gradient, (o, v) => o > 0f ? v : 0f)];
            float* y = operands.Copy(output), g = operands.Copy(gradient), x = operands.Empty(n);
            kernels.ReluGradient(y, g, x, n);
            SameBits.Check(expected, new(x, n), $"relu gradient of {n}");
            SameBits.Check(gradient, new(g, n), $"gradient of the output of {n}");
            kernels.ReluGradient(y, g, g, n);
            SameBits.Check(expected, new(g, n), $"relu gradient of {n} in place");
        }
    }

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Dropout_everyLength_equalsDefinition(Placement placement)
    {
        const float Scale = 1f / 0.7f;
        for (int n = 0; n <= 70; n++)
        {
            float[] values = TestData.Wild(n, n), words = TestData.Wild(n, n + 500);
            uint threshold = n == 0 ? 0 : BitConverter.SingleToUInt32Bits(words[n / 2]);
            float[] expected = [.. values.Zip(words, (v, word) => BitConverter.SingleToUInt32Bits(word) >= threshold ? v * Scale : 0f)];
            using var operands = new Operands(placement);
            float* x = operands.Copy(values), w = operands.Copy(words), y = operands.Empty(n);
            byte* mask = (byte*)operands.Copy([.. Enumerable.Repeat(float.NaN, (DropoutMask.Bytes(n) + 3) / 4)]);
            DropoutMask.Draw((uint*)w, threshold, mask, n);
            DropoutMask.Apply(x, mask, Scale, y, n);
            SameBits.Check(expected, new(y, n), $"dropout of {n}");
            DropoutMask.Apply(x, mask, Scale, x, n);
            SameBits.Check(expected, new(x, n), $"dropout of {n} in place");
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void Add_everyLength_equalsDefinition(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        for (int n = 0; n <= 70; n++)
        {
            float[] source = TestData.Wild(n, n), destination = TestData.Wild(n, n + 1000);
            using var operands = new Operands(placement);
            float* s = operands.Copy(source), d = operands.Copy(destination);
            kernels.Add(s, d, n);
            SameBits.Check([.. destination.Zip(source, (a, b) => a + b)], new(d, n), $"sum of {n}");
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndPlacements))]
    public void AddRows_everyWidth_isOneChainPerColumn(string set, Placement placement)
    {
        KernelSet kernels = KernelSets.Select(set);
        for (int columns = 1; columns <= 70; columns++)
        {
            int rows = columns % 7, stride = columns + (columns % 3);
            float[] values = TestData.Wild(rows * stride, columns), sums = TestData.Finite(columns, columns + 1000);
            using var operands = new Operands(placement);
            float* v = operands.Copy(values), s = operands.Copy(sums);
            kernels.AddRows(v, rows, columns, stride, s);
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++) sums[c] += values[(r * stride) + c];
            }

            SameBits.Check(sums, new(s, columns), $"sums of {rows} × {columns}");
        }
    }
}
