using DistConv.Core.Layers;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Models;

/// <summary>Layers that are not trained, in our words and in Keras's.</summary>
public sealed class TrainableTests
{
    private const string Own = """
        {"name": "m", "input": [6, 6, 2], "layers": [
          {"type": "conv2d", "name": "c", "filters": 3, "kernel": 3, "trainable": false}, {"type": "batchnorm", "name": "b", "trainable": false},
          {"type": "flatten", "name": "f", "trainable": false}, {"type": "dense", "name": "d", "units": 4, "activation": "softmax"}]}
        """;

    [Fact]
    public void ToJson_ofFrozenLayers_saysSoOnlyWhereThereAreWeights()
    {
        ModelSpec model = ModelSpec.Parse(Own, "m.json");

        Assert.Equal([false, false, true, true], model.Layers.Select(layer => layer.IsTrainable));
        Assert.Contains("""{"type":"conv2d","name":"c","trainable":false,"filters":3,""", model.ToJson(), StringComparison.Ordinal);
        Assert.Equal(2, model.ToJson().Split("trainable").Length - 1);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "again"));
        Assert.NotEqual(model, ModelSpec.Parse(Own.Replace("false", "true", StringComparison.Ordinal), "m.json"));
    }

    [Fact]
    public void Infer_ofFrozenLayers_countsThemAsKerasDoes()
    {
        ModelPlan plan = ModelSpec.Parse(Own, "m.json").Infer();

        Assert.Equal((4 * 4 * 3 * 4) + 4, plan.Parameters);
        Assert.Equal((9 * 2 * 3) + 3 + (4 * 3), plan.StateValues);
        Assert.Equal([0L, 0, 0, plan.Parameters], plan.Layers.Select(layer => layer.Parameters));
        Assert.Equal([57L, 6, 0, plan.Parameters], plan.Layers.Select(layer => layer.Weights));
        Assert.All(plan.Layers, layer => Assert.False(layer.NeedsInputGradient));
        Assert.Equal(2.0 * 9 * 2 * 3 * 16, plan.Layers[0].TrainingFlops);
        Assert.Contains(
            "Total params: 265 (0.00 MiB)\nTrainable params: 196 (0.00 MiB)\nNon-trainable params: 69 (0.00 MiB)\n",
            ModelSummary.Format(plan),
            StringComparison.Ordinal);
    }

    /// <summary>The weights that a seed draws are the same, whether they are trained or not.</summary>
    [Fact]
    public void Infer_ofFrozenLayers_keepsRolesShapesAndPlaces()
    {
        IReadOnlyList<LayerPlan> frozen = ModelSpec.Parse(Own, "m.json").Infer().Layers;
        IReadOnlyList<LayerPlan> trained = ModelSpec.Parse(Own.Replace("false", "true", StringComparison.Ordinal), "m.json").Infer().Layers;

        Assert.Equal(
            trained.SelectMany(layer => layer.Tensors.Select(tensor => (layer.Layer.Name, tensor.Role, tensor.Length, tensor.FanIn))),
            frozen.SelectMany(layer => layer.Tensors.Select(tensor => (layer.Layer.Name, tensor.Role, tensor.Length, tensor.FanIn))));
    }

    /// <summary>A model that is not trained freezes all layers in it.</summary>
    [Theory]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Parse_ofKerasModels_takesTheModelsFlagToo(bool model, bool layer, bool expected)
    {
        string text = $$$"""
            {"class_name":"Sequential","keras_version":"3.3.3","config":{"name":"m","trainable":{{{(model ? "true" : "false")}}},"layers":[
              {"class_name":"InputLayer","config":{"batch_shape":[null,6,6,2],"name":"i"}},
              {"class_name":"Conv2D","config":{"name":"c","trainable":{{{(layer ? "true" : "false")}}},"filters":3,"kernel_size":[3,3]}},
              {"class_name":"Flatten","config":{"name":"f","trainable":true}},
              {"class_name":"Dense","config":{"name":"d","trainable":true,"units":2,"activation":"softmax"}}]}}
            """;
        ModelReading reading = ModelReading.Parse(text, "m.json");

        Assert.Equal(expected, reading.Model.Layers[0].IsTrainable);
        Assert.Equal(model, reading.Model.Layers[2].IsTrainable);
        Assert.DoesNotContain(reading.Ignored, note => note.Contains("trainable", StringComparison.Ordinal));
    }
}
