using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Networks;

/// <summary>The outputs of models that end in other things than a softmax.</summary>
public sealed class OutputFunctionTests
{
    [Theory]
    [InlineData("sigmoid")]
    [InlineData("softmax")]
    public void Outputs_everySet_haveTheBitsOfTheLayerElsewhere(string activation)
    {
        // Dropout does nothing in use, and is no reshaping: before it, the layer computes for itself.
        string end = $$"""{"type":"flatten"},{"type":"dense","units":19},{"type":"{{activation}}"}""";
        foreach (KernelSet set in KernelSets.Supported)
        {
            float[] left = Outputs(end, set), computed = Outputs(end + """,{"type":"dropout","rate":0.5}""", set);
            SameBits.Check(computed, left, $"{activation} with {set}");
            Assert.All(left, value => Assert.InRange(value, 1e-6f, 1f - 1e-6f));
        }
    }

    [Fact]
    public void Outputs_ofNumbers_areTheLogits()
    {
        using Network network = new(Model("""{"type":"flatten"},{"type":"dense","units":3}"""), KernelSets.Supported[0], 1);
        float[] weights = Weights(network), outputs = new float[3];
        network.PackWeights(weights);
        using SamplePass pass = new(network);
        pass.Forward(TestData.Smooth(18, 1));
        pass.Outputs(outputs);
        SameBits.Check(pass.Logits, outputs, "numbers");
    }

    [Theory]
    [InlineData(OutputKind.Softmax, new[] { 1f, 3f, 3f }, 1)]
    [InlineData(OutputKind.Sigmoid, new[] { -2f, -1f, -1f }, 1)]
    [InlineData(OutputKind.Values, new[] { 0f, -1f, float.NaN }, 2)]
    [InlineData(OutputKind.Sigmoid, new[] { 0f }, 0)]
    [InlineData(OutputKind.Sigmoid, new[] { 1e-30f }, 1)]
    [InlineData(OutputKind.Sigmoid, new[] { float.NaN }, 0)]
    [InlineData(OutputKind.Values, new[] { -7f }, 0)]
    [InlineData(OutputKind.Values, new[] { 0.49999997f }, 0)]
    [InlineData(OutputKind.Values, new[] { 2.5f }, 3)]
    [InlineData(OutputKind.Values, new[] { 3e38f }, 9)]
    [InlineData(OutputKind.Values, new[] { float.NaN }, 0)]
    public void Class_ofLogits_isTheLargestOrNearest(OutputKind kind, float[] logits, int expected) =>
        Assert.Equal(expected, OutputFunction.Class(kind, logits, 10));

    private static ModelSpec Model(string layers) => ModelSpec.Parse($$"""{"name":"m","input":[3,3,2],"layers":[{{layers}}]}""", "test");

    private static float[] Weights(Network network)
    {
        float[] weights = new float[network.TensorLength];
        network.Initialize(weights, 3);
        return weights;
    }

    private static float[] Outputs(string layers, KernelSet set)
    {
        using Network network = new(Model(layers), set, 1);
        network.PackWeights(Weights(network));
        using SamplePass pass = new(network);
        pass.Forward([.. TestData.Smooth(18, 1).Select(value => 4 * value)]);
        float[] outputs = new float[network.Plan.Output.Size];
        pass.Outputs(outputs);
        return outputs;
    }
}
