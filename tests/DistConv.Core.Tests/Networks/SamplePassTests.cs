using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Networks;

public sealed class SamplePassTests
{
    private const string Layers =
        """
        {"type":"conv2d","filters":5,"kernel":3,"padding":"same","activation":"relu"},{"type":"maxpool2d","pool":2},{"type":"dropout","rate":0.5},
        {"type":"conv2d","filters":4,"kernel":3},{"type":"relu"},{"type":"avgpool2d","pool":2},{"type":"flatten"},
        {"type":"dense","units":6,"activation":"relu"},{"type":"dense","units":3},{"type":"softmax"}
        """;

    [Fact]
    public void Forward_anyKernelSet_givesTheScalarBitsInEveryLayer()
    {
        float[][] expected = Outputs(KernelSets.Supported[0]);
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            float[][] outputs = Outputs(kernels);
            for (int layer = 0; layer < expected.Length; layer++) SameBits.Check(expected[layer], outputs[layer], $"{kernels.Name}, layer {layer}");
        }
    }

    [Fact]
    public void PackWeights_ofMemoryThatChangesAfterwards_keepsTheWeights()
    {
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            using Network network = Create(kernels);
            using SamplePass pass = new(network);
            float[] input = TestData.Smooth(network.Plan.Model.Input.Size, 3), parameters = new float[network.ParameterCount];
            network.Initialize(parameters, seed: 9);
            network.PackWeights(parameters);
            pass.Forward(input);
            float[] expected = pass.Logits.ToArray();
            parameters.AsSpan().Fill(float.NaN);
            pass.Forward(input);
            SameBits.Check(expected, pass.Logits, kernels.Name);
        }
    }

    /// <summary>Dropout lets everything pass in both directions: the sum of products of differences is the difference of the sum.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    public void InputGradient_ofAWeightedSum_isItsSlope(int layer)
    {
        using Network network = Create(KernelSets.Supported[^1]);
        using SamplePass pass = new(network);
        float[] input = TestData.Smooth(network.Plan.Model.Input.Size, 3);
        float[] weights = TestData.Smooth(network.Layers[layer].Plan.Output.Size, 5), gradient = new float[input.Length];
        pass.Forward(input);
        pass.InputGradient(layer, weights, gradient);
        Assert.Contains(gradient, value => value != 0f);

        const float Step = 1f / 512;
        int agreeing = 0;
        for (int i = 0; i < input.Length; i++)
        {
            float[] moved = [.. input];
            moved[i] += Step;
            double above = WeightedSum(pass, moved, layer, weights);
            moved[i] -= 2 * Step;
            double below = WeightedSum(pass, moved, layer, weights), slope = (above - below) / (2 * Step);
            if (Math.Abs(slope - gradient[i]) <= 1e-3 + (0.01 * Math.Abs(slope))) agreeing++;
        }

        // A step that passes a corner of ReLU or of the maximum has no slope.
        Assert.InRange(agreeing, input.Length * 9 / 10, input.Length);
    }

    [Fact]
    public void InputGradient_ofASilentUnit_isItsKernel()
    {
        ModelSpec model = ModelSpec.Parse(
            """{"name":"m","input":[3,3,1],"layers":[{"type":"conv2d","filters":1,"kernel":3,"activation":"relu"},{"type":"flatten"},"""
                + """{"type":"dense","units":2,"activation":"softmax"}]}""",
            "test");
        using Network network = new(model, KernelSets.Supported[^1], 1);
        var parameters = new float[network.ParameterCount];
        float[] kernel = [1, 2, 3, 4, 5, 6, 7, 8, 9], gradient = new float[9];
        kernel.CopyTo(parameters, 0);
        parameters[9] = -1000;
        network.PackWeights(parameters);
        using SamplePass pass = new(network);
        pass.Forward(kernel);

        Assert.Equal(0f, pass.Output(0)[0]);
        pass.InputGradient(0, [1f], gradient);
        Assert.Equal(kernel, gradient);
    }

    [Fact]
    public void Probabilities_ofAnySample_addUpToOne()
    {
        using Network network = Create(KernelSets.Supported[^1]);
        using SamplePass pass = new(network);
        pass.Forward(TestData.Smooth(network.Plan.Model.Input.Size, 3));
        var probabilities = new float[3];
        pass.Outputs(probabilities);
        Assert.Equal(1f, probabilities.Sum(), 1e-6f);
        Assert.Equal(pass.Logits.ToArray().Index().MaxBy(value => value.Item).Index, probabilities.Index().MaxBy(value => value.Item).Index);
    }

    [Fact]
    public void Forward_inputOfAnotherSize_isRefused()
    {
        using Network network = Create(KernelSets.Supported[^1]);
        using SamplePass pass = new(network);
        Assert.Throws<ArgumentException>(() => pass.Forward(new float[7]));
    }

    private static double WeightedSum(SamplePass pass, float[] input, int layer, float[] weights)
    {
        pass.Forward(input);
        double sum = 0;
        ReadOnlySpan<float> values = pass.Output(layer);
        for (int i = 0; i < values.Length; i++) sum += (double)values[i] * weights[i];
        return sum;
    }

    private static float[][] Outputs(KernelSet kernels)
    {
        using Network network = Create(kernels);
        using SamplePass pass = new(network);
        pass.Forward(TestData.Smooth(network.Plan.Model.Input.Size, 3));
        return [.. network.Layers.Select(layer => pass.Output(layer.Index).ToArray())];
    }

    private static Network Create(KernelSet kernels)
    {
        ModelSpec model = ModelSpec.Parse($$"""{"name":"m","input":[12,12,2],"layers":[{{Layers}}]}""", "test");
        Network network = new(model, kernels, 7);
        var parameters = new float[network.ParameterCount];
        network.Initialize(parameters, 7);
        network.PackWeights(parameters);
        return network;
    }
}
