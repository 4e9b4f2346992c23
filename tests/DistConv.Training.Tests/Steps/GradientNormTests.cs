using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Numerics;
using DistConv.Core.Threading;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>The norm has one order of summation, whoever computes it.</summary>
public class GradientNormTests
{
    public static TheoryData<int> Lengths => [1, 2, 15, 16, 17, 31, 33, 1000, 4095, 4096, 4097, 4111, 4112, 8192, 20_011];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Compute_everyKernelSetAndThreads_equalsTheDefinition(int length)
    {
        using FloatBuffer values = Values(length);
        double expected = Definition(values.Span);
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in new[] { 1, 3 })
            {
                using var pool = new ComputePool(threads);
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(Compute(kernels, pool, values)));
            }
        }
    }

    [Fact]
    public void Compute_threeAndFour_isFive()
    {
        using FloatBuffer values = new(5000);
        values.Span[1] = 3;
        values.Span[4999] = -4;
        using var pool = new ComputePool(2);

        Assert.Equal(5, Compute(KernelSets.Supported[^1], pool, values));
    }

    [Fact]
    public void Compute_largestFloats_doesNotOverflow()
    {
        using FloatBuffer values = new(16);
        values.Span.Fill(float.MaxValue);
        using var pool = new ComputePool(1);

        Assert.Equal(4.0 * float.MaxValue, Compute(KernelSets.Supported[^1], pool, values));
    }

    /// <summary>As docs/numerics.md, rule 9 says it.</summary>
    internal static double Definition(ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (int block = 0; block < values.Length; block += 4096)
        {
            var chains = new double[16];
            for (int i = block; i < Math.Min(block + 4096, values.Length); i++) chains[i % 16] = Math.FusedMultiplyAdd(values[i], values[i], chains[i % 16]);
            for (int half = 8; half > 0; half /= 2) chains = [.. Enumerable.Range(0, half).Select(i => chains[i] + chains[i + half])];
            sum += chains[0];
        }

        return Math.Sqrt(sum);
    }

    private static unsafe double Compute(KernelSet kernels, ComputePool pool, FloatBuffer values)
    {
        var norm = new GradientNorm(kernels, (int)values.Length);
        double result = 0;
        pool.Run(() => result = norm.Compute(pool, values.Pointer));
        return result;
    }

    /// <summary>
    /// Values over four decades, so that sums round (the square of a float has 48 bits: a few of one size add without an error), denormals and zeros of either
    /// sign.
    /// </summary>
    private static FloatBuffer Values(int length)
    {
        var field = new RandomField(8, RandomPurpose.Initialization);
        var values = new FloatBuffer(length);
        for (int i = 0; i < length; i++)
        {
            float value = (field.Uniform((uint)i) - 0.5f) / MathF.Pow(10, 4 * field.Uniform((uint)i, step: 1));
            values.Span[i] = (i % 17) switch { 3 => value * 1e-20f, 5 => float.Epsilon, 7 => -0f, _ => value };
        }

        return values;
    }
}
