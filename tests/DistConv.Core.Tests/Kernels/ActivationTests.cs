using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Tests.Oracle;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Every activation as a layer: its values against doubles, its gradient against differences of doubles, and every kernel set against the scalar
/// one.</summary>
public sealed unsafe class ActivationTests
{
    public static TheoryData<string> Layers =>
    [
        """{"type":"relu"}""",
        """{"type":"relu","maxValue":6}""",
        """{"type":"relu","maxValue":1.5,"negativeSlope":0.25,"threshold":0.5}""",
        """{"type":"relu","negativeSlope":0.1}""",
        """{"type":"relu","threshold":0.75}""",
        """{"type":"elu"}""",
        """{"type":"elu","alpha":0.5}""",
        """{"type":"leakyRelu"}""",
        """{"type":"leakyRelu","slope":0.01}""",
        """{"type":"thresholdedRelu"}""",
        """{"type":"thresholdedRelu","theta":0.25}""",
        """{"type":"selu"}""",
        """{"type":"gelu"}""",
        """{"type":"gelu","approximate":true}""",
        """{"type":"silu"}""",
        """{"type":"hardSilu"}""",
        """{"type":"sigmoid"}""",
        """{"type":"hardSigmoid"}""",
        """{"type":"hardSigmoid","slope":0.2}""",
        """{"type":"tanh"}""",
        """{"type":"softplus"}""",
        """{"type":"softsign"}""",
        """{"type":"exponential"}""",
        """{"type":"softmax"}""",
    ];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_overAGrid_isTheFormula(string json)
    {
        float[] x = [.. Enumerable.Range(-400, 801).Select(i => i / 50f), 0f, -0f, 1e-30f, -1e-30f, 30f, -30f, 60f, -60f];
        float[] y = Run(KernelSets.Supported[^1], json, x, x, Placement.Canaries).Y;
        double[] expected = Oracle(json, x.Length).Forward(TestData.ToDouble(x), 0);
        for (int i = 0; i < x.Length; i++)
        {
            double scale = json.Contains("gelu", StringComparison.Ordinal) ? Math.Abs(x[i]) : json.Contains("hard", StringComparison.Ordinal) ? 1 : 1e-3;
            double tolerance = 1e-6 * Math.Max(Math.Abs(expected[i]), scale);
            Assert.True(Math.Abs(expected[i] - y[i]) <= tolerance, $"{json}({x[i]}): expected {expected[i]:R}, got {y[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradient_overAGrid_isThatOfDifferences(string json)
    {
        // The grid has none of the corners, so that a step never crosses one.
        float[] x = [.. Enumerable.Range(-100, 201).Select(i => (i / 12f) + 0.0137f)], g = [.. x.Select((_, i) => 1f + (i % 3))];
        float[] gradient = Run(KernelSets.Supported[^1], json, x, g, Placement.Canaries).GradInput;
        OracleLayer oracle = Oracle(json, x.Length);
        const double Step = 1e-5;
        for (int i = 0; i < x.Length; i++)
        {
            double[] above = TestData.ToDouble(x), below = TestData.ToDouble(x);
            above[i] += Step;
            below[i] -= Step;
            double expected = oracle.Forward(above, 0).Zip(oracle.Forward(below, 0), (a, b) => (a - b) / (2 * Step)).Zip(g, (d, v) => d * v).Sum();
            double tolerance = 2e-6 * Math.Max(1, Math.Abs(expected));
            Assert.True(Math.Abs(expected - gradient[i]) <= tolerance, $"{json} at {x[i]}: expected {expected:R}, got {gradient[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_everySetAndLength_hasTheScalarBits(string json)
    {
        for (int n = 1; n <= 70; n++)
        {
            float[] x = TestData.Wild(n, n), g = TestData.Wild(n, n + 1000);
            (float[] y, float[] gradInput) = Run(KernelSets.Supported[0], json, x, g, Placement.Canaries);
            foreach (KernelSet set in KernelSets.Supported)
            {
                foreach (Placement placement in Enum.GetValues<Placement>())
                {
                    (float[] actual, float[] actualGradient) = Run(set, json, x, g, placement);
                    SameBits.Check(y, actual, $"{json} with {set}, {n} values");
                    SameBits.Check(gradInput, actualGradient, $"gradient of {json} with {set}, {n} values");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_ofNaN_isNaN(string json)
    {
        foreach (KernelSet set in KernelSets.Supported)
        {
            float[] y = Run(set, json, [.. Enumerable.Repeat(float.NaN, 35)], new float[35], Placement.Canaries).Y;
            Assert.All(y, value => Assert.True(float.IsNaN(value), $"{json} with {set}"));
        }
    }

    private static LayerPlan Plan(string json, int size)
    {
        ModelSpec model = ModelSpec.Parse(
            $$$"""{"input":[1,1,{{{size}}}],"layers":[{{{json}}},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}""", "m");
        return model.Infer().Layers[0];
    }

    private static OracleLayer Oracle(string json, int size) => OracleActivations.Of(Plan(json, size).Layer, size)!;

    private static (float[] Y, float[] GradInput) Run(KernelSet set, string json, float[] x, float[] gradOutput, Placement placement)
    {
        LayerPlan plan = Plan(json, x.Length);
        using Layer layer = plan.Layer.Kind.Create(plan, new LayerContext(0, [false], set, 1));
        using Operands operands = new(placement);
        float* input = operands.Copy(x), output = operands.Empty(x.Length), gradient = operands.Copy(gradOutput), gradInput = operands.Empty(x.Length);
        SampleContext context = new(0, 0, Training: true);
        RowMemory row = new(&input, output, null, null);
        layer.Forward(context, row);

        // The gradient of a plain ReLU is applied by whoever writes it.
        if (layer.Traits.EndsInRelu) set.ReluGradient(output, gradient, gradient, x.Length);
        layer.Backward(context, row, gradient, &gradInput);
        return (new Span<float>(output, x.Length).ToArray(), new Span<float>(gradInput, x.Length).ToArray());
    }
}
