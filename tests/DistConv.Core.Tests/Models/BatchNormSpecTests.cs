using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using Xunit;

namespace DistConv.Core.Tests.Models;

/// <summary>Batch normalisation in our words and in those of Keras 1, 2 and 3.</summary>
public sealed class BatchNormSpecTests
{
    private const string Own = """{"type": "batchnorm", "name": "bn"}""";

    [Fact]
    public void Parse_withoutSettings_hasKerasDefaults()
    {
        ModelSpec model = Parse(Own);
        Assert.Equal(new BatchNormSpec("bn"), model.Layers[0]);
        Assert.Contains(
            """{"type":"batchnorm","name":"bn","momentum":0.99,"epsilon":0.001,"center":true,"scale":true,"betaInitializer":"zeros","gammaInitializer":"""
                + "\"ones\",\"movingMeanInitializer\":\"zeros\",\"movingVarianceInitializer\":\"ones\"}",
            model.ToJson(),
            StringComparison.Ordinal);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "again"));
    }

    [Theory]
    [InlineData(
        """
        {"class_name": "BatchNormalization", "config": {"name": "bn", "axis": -1, "momentum": 0.9, "epsilon": 1e-05, "center": true, "scale": true,
        "beta_initializer": {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null},
        "gamma_initializer": {"module": "keras.initializers", "class_name": "Ones", "config": {}, "registered_name": null},
        "moving_mean_initializer": {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null},
        "moving_variance_initializer": {"module": "keras.initializers", "class_name": "Ones", "config": {}, "registered_name": null},
        "beta_regularizer": null, "gamma_regularizer": null, "beta_constraint": null, "gamma_constraint": null, "synchronized": false}}
        """)]
    [InlineData(
        """
        {"class_name": "BatchNormalization", "config": {"name": "bn", "trainable": true, "dtype": "float32", "axis": [3], "momentum": 0.9,
        "epsilon": 1e-05, "center": true, "scale": true, "beta_initializer": {"class_name": "Zeros", "config": {}},
        "gamma_initializer": {"class_name": "Ones", "config": {}}, "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
        "moving_variance_initializer": {"class_name": "Ones", "config": {}}, "beta_regularizer": null, "gamma_regularizer": null, "beta_constraint": null,
        "gamma_constraint": null, "renorm": false, "fused": true}}
        """)]
    [InlineData(
        """
        {"class_name": "BatchNormalization", "config": {"name": "bn", "mode": 0, "axis": 3, "momentum": 0.9, "epsilon": 1e-05,
        "beta_init": "zero", "gamma_init": "one", "gamma_regularizer": null, "beta_regularizer": null}}
        """)]
    public void Parse_ofKerasSpellings_isTheSameModel(string layer)
    {
        ModelSpec expected = Parse("""{"type": "batchnorm", "name": "bn", "momentum": 0.9, "epsilon": 0.00001}""");
        Assert.Equal(expected.ToJson(), Parse(layer).ToJson());
    }

    [Theory]
    [InlineData("\"mode\": 1", "mode must be 0 (nothing else is supported); it is 1")]
    [InlineData("\"axis\": 2", "axis must be -1 or 3, the channels of an image (nothing else is supported); it is 2")]
    [InlineData("\"axis\": [1]", "axis must be -1 or 3, the channels of an image (nothing else is supported); it is [1]")]
    [InlineData("\"renorm\": true", "renorm must be false (batch renormalization is not supported); it is true")]
    [InlineData("\"momentum\": 1.5", "momentum must be a number from 0 to 1; it is 1.5")]
    [InlineData("\"epsilon\": 0", "epsilon must be a number above 0 and at most 1; it is 0")]
    public void Parse_ofWhatIsNotSupported_saysSo(string setting, string expected)
    {
        string layer = $$"""{"type": "BatchNormalization", "name": "bn", {{setting}}}""";
        Assert.Equal(
            $"m.json: layer 1 'bn' (BatchNormalization): {expected}",
            Assert.Throws<InvalidInputException>(() => Parse(layer)).Message);
    }

    [Fact]
    public void Infer_putsTheStateBehindAllParameters()
    {
        ModelPlan plan = Parse("""{"type": "batchnorm", "name": "bn", "center": false, "gammaInitializer": {"name": "constant", "value": 2}}""").Infer();
        using Network network = new(plan.Model, Core.Kernels.KernelSets.Supported[0], seed: 1);
        float[] values = new float[network.TensorLength];
        network.Initialize(values, seed: 1);

        Assert.Equal((2, 4), (plan.Layers[0].Parameters, plan.Layers[0].StateValues));
        Assert.Equal(["bn/gamma", "dense1/kernel", "dense1/bias"], network.Parameters.Select(tensor => tensor.Name));
        Assert.Equal(["bn/moving_mean", "bn/moving_variance"], network.Tensors.Skip(3).Select(tensor => tensor.Name));
        Assert.Equal([0f, 0f, 1f, 1f], values[^4..]);
        Assert.Equal([2f, 2f], values[..2]);
        Assert.Equal(network.ParameterCount, network.Tensors[3].Offset);
        Assert.All(plan.Layers[0].Tensors, tensor => Assert.False(tensor.IsDecayed));
    }

    private static ModelSpec Parse(string layer) => ModelSpec.Parse(Text(layer), "m.json");

    private static string Text(string layer) =>
        $$"""{"name": "m", "input": [4, 4, 2], "layers": [{{layer}}, {"type": "flatten"}, {"type": "dense", "units": 2, "activation": "softmax"}]}""";
}
