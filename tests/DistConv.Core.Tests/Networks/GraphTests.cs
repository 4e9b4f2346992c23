using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Networks;

/// <summary>Models whose layers branch and meet again.</summary>
public class GraphTests
{
    private const string Residual =
        """
        {"name": "residual", "input": [6, 6, 2], "layers": [
          {"type": "conv2d", "name": "stem", "filters": 4, "kernel": 3, "padding": "same", "activation": "relu"},
          {"type": "conv2d", "name": "branch", "filters": 4, "kernel": 3, "padding": "same"},
          {"type": "add", "name": "sum", "inputs": ["branch", "stem"]},
          {"type": "relu"},
          {"type": "globalavgpool2d"},
          {"type": "dense", "units": 3, "activation": "softmax"}]}
        """;

    [Fact]
    public void Parse_ofAGraph_givesTheSameTextAgain()
    {
        ModelSpec model = ModelSpec.Parse(Residual, "residual.json");
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "residual.json"));
        Assert.Contains("\"inputs\":[\"branch\",\"stem\"]", model.ToJson(), StringComparison.Ordinal);
        Assert.Equal([-1, 0, 1, 2, 3, 4], model.Infer().Layers.Select(layer => layer.Sources[0]));
        Assert.Equal([1, 0], model.Infer().Layers[2].Sources);
    }

    [Fact]
    public void Parse_ofInputsThatAreTheLayerBefore_isTheSequence()
    {
        string said = Residual.Replace("\"name\": \"branch\",", "\"name\": \"branch\", \"inputs\": [\"stem\"],", StringComparison.Ordinal);
        Assert.Equal(ModelSpec.Parse(Residual, "m"), ModelSpec.Parse(said, "m"));
    }

    [Fact]
    public void Infer_ofLayersListedBackwards_sortsThemStably()
    {
        ModelSpec model = ModelSpec.Parse(
            """
            {"name": "m", "input": [4, 4, 2], "layers": [
              {"type": "conv2d", "name": "second", "inputs": ["first"], "filters": 2, "kernel": 1},
              {"type": "conv2d", "name": "first", "inputs": ["input"], "filters": 2, "kernel": 1},
              {"type": "add", "name": "sum", "inputs": ["first", "second"]},
              {"type": "flatten"},
              {"type": "dense", "units": 2, "activation": "softmax"}]}
            """,
            "m");
        Assert.Equal(["first", "second", "sum", "flatten1", "dense1"], model.Infer().Layers.Select(layer => layer.Layer.Name));
    }

    [Theory]
    [InlineData("[\"stem\", \"brunch\"]", "layer 3 'sum' (add): inputs names 'brunch', and no layer is called so; did you mean 'branch'?")]
    [InlineData("[\"branch\", \"sum\"]", "layer 3 'sum' (add): it reads layers that wait for it: the inputs of layers form a circle")]
    [InlineData("[\"branch\", \"input\"]", "layer 3 'sum' (add): its inputs must have one shape, but 'branch' gives (6, 6, 4) and 'input' gives (6, 6, 2)")]
    [InlineData("[\"branch\"]", "layer 3 'sum' (add): add takes at least 2 inputs; it has 1")]
    [InlineData("[\"stem\", \"stem\"]", "layer 2 'branch' (conv2d): no layer reads its output, and it is not the last layer; a model has one output")]
    [InlineData("[]", "layer 3 'sum' (add): inputs must be a list of names such as [\"conv1\", \"conv3\"]; it is []")]
    public void Parse_ofWrongInputs_saysWhatIsWrongAndWhere(string inputs, string expected)
    {
        string text = Residual.Replace("[\"branch\", \"stem\"]", inputs, StringComparison.Ordinal);
        Assert.Equal($"m.json: {expected}", Assert.Throws<InvalidInputException>(() => ModelSpec.Parse(text, "m.json")).Message);
    }

    /// <summary>The gradient of the input against central differences of the logits, in all kernel sets with the same bits.</summary>
    [Theory]
    [InlineData(Residual)]
    [InlineData(
        """
        {"name": "fan", "input": [5, 4, 3], "layers": [
          {"type": "relu", "name": "r"},
          {"type": "conv2d", "name": "a", "inputs": ["r"], "filters": 3, "kernel": 1},
          {"type": "avgpool2d", "name": "b", "inputs": ["r"], "pool": 3, "strides": 1, "padding": "same"},
          {"type": "add", "name": "s", "inputs": ["a", "r", "b", "a"]},
          {"type": "flatten", "name": "f"},
          {"type": "dense", "name": "d1", "inputs": ["f"], "units": 4, "activation": "relu"},
          {"type": "dense", "name": "d2", "inputs": ["f"], "units": 4},
          {"type": "add", "name": "t", "inputs": ["d1", "d2"]},
          {"type": "dense", "units": 2, "activation": "softmax"}]}
        """)]
    [MemberData(nameof(ShapeModels.Graphs), MemberType = typeof(ShapeModels))]
    public void InputGradient_ofAGraph_isThatOfDifferences(string text)
    {
        ModelSpec model = ModelSpec.Parse(text, "m");
        float[]? first = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            using Network network = new(model, kernels, seed: 1);
            float[] parameters = new float[network.ParameterCount];
            network.Initialize(parameters, seed: 1);
            network.PackWeights(parameters);
            using SamplePass pass = new(network);
            float[] image = TestData.Smooth(model.Input.Size, 5), gradient = new float[image.Length], weights = [.. Enumerable.Range(1, network.Plan.Classes)];
            pass.Forward(image);
            pass.InputGradient(network.Layers.Count - 1, weights, gradient);
            first ??= gradient;
            SameBits.Check(first, gradient, kernels.Name);
            for (int i = 0; i < image.Length; i++)
            {
                const float Step = 1f / 256;
                double difference = (At(i, Step) - At(i, -Step)) / (2 * Step);
                Assert.True(double.Abs(difference - gradient[i]) < 0.02 * (1 + double.Abs(difference)), $"{i}: {gradient[i]}, by differences {difference}");
            }

            double At(int i, float step)
            {
                float[] moved = [.. image];
                moved[i] += step;
                pass.Forward(moved);
                double sum = 0;
                for (int c = 0; c < weights.Length; c++) sum += (double)weights[c] * pass.Logits[c];
                return sum;
            }
        }
    }
}
