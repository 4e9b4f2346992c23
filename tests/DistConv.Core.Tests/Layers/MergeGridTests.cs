using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Add;
using DistConv.Core.Layers.Average;
using DistConv.Core.Layers.Concatenate;
using DistConv.Core.Layers.Maximum;
using DistConv.Core.Layers.Minimum;
using DistConv.Core.Layers.Multiply;
using DistConv.Core.Layers.Subtract;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Layers that merge several inputs: every kernel set equals the scalar one bit for bit, and that the definition in double precision.</summary>
public sealed class MergeGridTests
{
    private static readonly SampleContext _context = new(5, 3, Training: true);

    private static readonly Case[] _cases = [.. AllCases()];

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Merge_everySetOnEveryShape_equalsScalarBitForBit(Placement placement)
    {
        Grid.ForEach(_cases.Length, i =>
        {
            foreach (bool afterRelu in (bool[])[false, true])
            {
                (float[] expected, float[][] gradients) = Run(_cases[i], KernelSets.Supported[0], i, afterRelu, placement);
                foreach (KernelSet set in KernelSets.Supported.Skip(1))
                {
                    (float[] output, float[][] others) = Run(_cases[i], set, i, afterRelu, placement);
                    SameBits.Check(expected, output, $"{set} {_cases[i]}");
                    for (int input = 0; input < others.Length; input++)
                        SameBits.Check(gradients[input], others[input], $"{set} {_cases[i]}, gradient of input {input}");
                }
            }
        });
    }

    [Fact]
    public void Merge_everyShape_isTheDefinitionAndItsGradientTheDifferences()
    {
        Grid.ForEach(_cases.Length, i =>
        {
            Case merge = _cases[i];
            using LayerRun layer = new(merge.Layer, merge.Inputs, KernelSets.Supported[0]);
            float[][] inputs = [.. merge.Inputs.Select((shape, input) => TestData.Smooth(shape.Size, (100 * i) + input))];
            float[] weights = TestData.Smooth(layer.OutputShape.Size, i);
            (float[] output, float[][] gradients) = layer.Run(inputs, weights, _context, Placement.Canaries);
            double[][] x = [.. inputs.Select(values => TestData.ToDouble(values))];
            double[] expected = merge.Define(x, layer.OutputShape);
            for (int k = 0; k < output.Length; k++) AssertNear(expected[k], output[k], $"{merge}, output {k}");
            for (int input = 0; input < x.Length; input++)
            {
                for (int k = 0; k < x[input].Length; k += 1 + (x[input].Length / 9))
                    AssertNear(Difference(merge, x, input, k, weights, layer.OutputShape), gradients[input][k], $"{merge}, gradient of input {input}, {k}");
            }
        });
    }

    /// <summary>+0 and −0 are equal, so the first counts; NaN wins over everything, and the last NaN over the first.</summary>
    [Theory]
    [InlineData("maximum", new[] { 1f, -0f, 2f, float.NaN, 1f, float.NegativeInfinity }, new[] { 1f, 0f, 3f, 1f, float.NaN, float.NegativeInfinity },
        new[] { 0f, 0f, 1f, 0f, 1f, 0f })]
    [InlineData("minimum", new[] { 1f, -0f, 2f, float.NaN, 1f, float.PositiveInfinity }, new[] { 1f, 0f, 1f, 1f, float.NaN, float.PositiveInfinity },
        new[] { 0f, 0f, 1f, 0f, 1f, 0f })]
    public void Choice_ofTies_givesTheGradientToTheFirst(string type, float[] first, float[] second, float[] chosen)
    {
        LayerSpec spec = type == "maximum" ? new MaximumSpec("m") : new MinimumSpec("m");
        TensorShape shape = TensorShape.Flat(first.Length);
        float[] gradient = [3f, 4f, 5f, 6f, 7f, 8f];
        foreach (KernelSet set in KernelSets.Supported)
        {
            using LayerRun layer = new(spec, [shape, shape], set);
            (float[] output, float[][] gradients) = layer.Run([first, second], gradient, _context, Placement.GuardAfter);
            for (int i = 0; i < chosen.Length; i++)
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits(chosen[i] == 0f ? first[i] : second[i]), BitConverter.SingleToUInt32Bits(output[i]));
                Assert.Equal(chosen[i] == 0f ? (gradient[i], 0f) : (0f, gradient[i]), (gradients[0][i], gradients[1][i]));
            }
        }
    }

    private static IEnumerable<Case> AllCases()
    {
        foreach (LayerSpec merge in (LayerSpec[])[
            new AddSpec("m"), new MultiplySpec("m"), new AverageSpec("m"), new MaximumSpec("m"), new MinimumSpec("m"), new SubtractSpec("m"),
            new ConcatenateSpec("m")])
        {
            for (int size = 1; size <= 70; size++)
            {
                int count = merge is SubtractSpec ? 2 : 2 + (size % 4);
                yield return new Case(merge, [.. Enumerable.Repeat(TensorShape.Flat(size), count)]);
                yield return new Case(merge, [.. Enumerable.Repeat(new TensorShape(2, 3, size), count)]);
            }
        }

        for (int channels = 1; channels <= 40; channels++)
        {
            TensorShape image = new(3, 2, channels), gate = new(1, 1, channels);
            MultiplySpec product = new("m");
            yield return new Case(product, [image, gate]);
            yield return new Case(product, [gate, image]);
            yield return new Case(product, [gate, image, gate, image]);
            yield return new Case(product, [image, gate, gate]);
            yield return new Case(product, [gate, gate]);
            ConcatenateSpec list = new("m");
            yield return new Case(list, [image, image with { Channels = 3 }, image with { Channels = 1 }]);
            yield return new Case(list, [TensorShape.Flat(channels), TensorShape.Flat(5)]);
        }
    }

    private static (float[] Output, float[][] Gradients) Run(Case merge, KernelSet set, int seed, bool afterRelu, Placement placement)
    {
        Func<int, int, float[]> values = seed % 2 == 0 ? TestData.Finite : TestData.Wild;
        using LayerRun layer = new(merge.Layer, merge.Inputs, set, afterRelu);
        float[][] inputs = [.. merge.Inputs.Select((shape, input) => values(shape.Size, (10 * seed) + input))];
        return layer.Run(inputs, values(layer.OutputShape.Size, (10 * seed) + 9), _context, placement);
    }

    private static double Difference(Case merge, double[][] inputs, int input, int place, float[] weights, TensorShape shape)
    {
        const double Step = 1e-6;
        double old = inputs[input][place];
        inputs[input][place] = old + Step;
        double above = Weighted(merge.Define(inputs, shape), weights);
        inputs[input][place] = old - Step;
        double below = Weighted(merge.Define(inputs, shape), weights);
        inputs[input][place] = old;
        return (above - below) / (2 * Step);
    }

    private static double Weighted(double[] values, float[] weights) => values.Select((value, i) => value * weights[i]).Sum();

    private static void AssertNear(double expected, float actual, string what) =>
        Assert.True(double.Abs(expected - actual) <= 2e-6 * (1 + double.Abs(expected)), $"{what}: expected {expected:R}, got {actual:R}");

    /// <summary>A layer on some inputs, and its definition.</summary>
    private sealed record Case(LayerSpec Layer, TensorShape[] Inputs)
    {
        public double[] Define(double[][] x, TensorShape output) => [.. Enumerable.Range(0, output.Size).Select(i =>
        {
            if (Layer is ConcatenateSpec) return Listed(x, i / output.Channels, i % output.Channels);
            double[] values = [.. x.Select(input => input[input.Length == output.Size ? i : i % output.Channels])];
            return Layer switch
            {
                AddSpec => values.Sum(),
                AverageSpec => values.Average(),
                MaximumSpec => values.Max(),
                MinimumSpec => values.Min(),
                SubtractSpec => values[0] - values[1],
                MultiplySpec => values.Aggregate((a, b) => a * b),
                _ => throw new NotSupportedException(Layer.Type),
            };
        })];

        public override string ToString() => $"{Layer.Type} of {string.Join(" and ", Inputs)}";

        private double Listed(double[][] x, int position, int channel)
        {
            int input = 0;
            for (; channel >= Inputs[input].Channels; input++) channel -= Inputs[input].Channels;
            return x[input][(position * Inputs[input].Channels) + channel];
        }
    }
}
