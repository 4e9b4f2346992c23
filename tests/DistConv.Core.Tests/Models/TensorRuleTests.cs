using DistConv.Core.Layers.Rules;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Models;

/// <summary>Penalties and constraints in our words and in those of Keras 1, 2 and 3.</summary>
public sealed class TensorRuleTests
{
    [Theory]
    [InlineData("\"kernelRegularizer\": {\"l2\": 0.001}")]
    [InlineData("\"kernel_regularizer\": {\"class_name\": \"L2\", \"config\": {\"l2\": 0.0010000000474974513}}")]
    [InlineData("\"kernel_regularizer\": {\"module\": \"keras.regularizers\", \"class_name\": \"L2\", \"config\": {\"l2\": 0.001}, \"registered_name\": null}")]
    [InlineData("\"kernel_regularizer\": {\"class_name\": \"L1L2\", \"config\": {\"l1\": 0.0, \"l2\": 0.001}}, \"bias_regularizer\": null")]
    [InlineData("\"W_regularizer\": {\"name\": \"WeightRegularizer\", \"l1\": 0.0, \"l2\": 0.001}, \"b_regularizer\": null, \"W_constraint\": null")]
    [InlineData("\"W_regularizer\": {\"name\": \"L1L2Regularizer\", \"l1\": 0.0, \"l2\": 0.001}")]
    public void Parse_ofAPenalty_hasOneText(string setting)
    {
        ModelSpec model = Parse(setting);
        Assert.Equal([new TensorRule("kernel", new Regularizer(0, 0.001f), null)], model.Layers[0].Rules.All);
        Assert.Contains(""","useBias":true,"kernelRegularizer":{"l2":0.001}}""", model.ToJson(), StringComparison.Ordinal);
        ModelSpec again = ModelSpec.Parse(model.ToJson(), "m.json");
        Assert.Equal((model, model.GetHashCode()), (again, again.GetHashCode()));
        Assert.NotEqual(model, Parse("\"kernelRegularizer\": {\"l2\": 0.002}"));
    }

    [Theory]
    [InlineData("\"kernelConstraint\": {\"name\": \"max_norm\", \"max\": 3, \"axis\": [0, 1, 2]}", "{\"name\":\"max_norm\",\"max\":3,\"axis\":[0,1,2]}")]
    [InlineData("\"kernel_constraint\": {\"class_name\": \"MaxNorm\", \"config\": {\"max_value\": 3, \"axis\": [0, 1, 2]}}",
        "{\"name\":\"max_norm\",\"max\":3,\"axis\":[0,1,2]}")]
    [InlineData("\"W_constraint\": {\"name\": \"MaxNorm\", \"m\": 3, \"axis\": 0}", "{\"name\":\"max_norm\",\"max\":3,\"axis\":[0]}")]
    [InlineData("\"kernel_constraint\": {\"class_name\": \"NonNeg\", \"config\": {}}", "{\"name\":\"non_neg\"}")]
    [InlineData("\"kernelConstraint\": \"non_neg\"", "{\"name\":\"non_neg\"}")]
    [InlineData("\"W_constraint\": {\"name\": \"UnitNorm\", \"axis\": 1}", "{\"name\":\"unit_norm\",\"axis\":[1]}")]
    [InlineData("\"kernel_constraint\": {\"class_name\": \"MinMaxNorm\", \"config\": {\"min_value\": 0.5, \"max_value\": 1.0, \"rate\": 0.5, \"axis\": 3}}",
        "{\"name\":\"min_max_norm\",\"min\":0.5,\"max\":1,\"rate\":0.5,\"axis\":[3]}")]
    public void Parse_ofAConstraint_hasOneText(string setting, string expected)
    {
        ModelSpec model = Parse(setting);
        Assert.Contains($",\"kernelConstraint\":{expected}}}", model.ToJson(), StringComparison.Ordinal);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        Assert.NotNull(model.Infer().Layers[0].Tensors[0].Constraint);
        Assert.Null(model.Infer().Layers[0].Tensors[1].Constraint);
    }

    [Theory]
    [InlineData("\"kernelRegularizer\": {\"l2\": -1}", "kernelRegularizer: l2 must be a number of at least 0; it is -1")]
    [InlineData("\"kernelRegularizer\": {}", "kernelRegularizer: says neither l1 nor l2, for example {\"l2\": 0.01}")]
    [InlineData("\"kernelRegularizer\": {\"l3\": 1}", "kernelRegularizer: unknown property 'l3'; known: l1, l2")]
    [InlineData("\"kernelRegularizer\": \"l3\"", "kernelRegularizer 'l3' is unknown; known: l1, l2, l1_l2")]
    [InlineData("\"kernelRegularizer\": 0.1", "kernelRegularizer must be null or a regularizer such as {\"l2\": 0.01}; it is 0.1")]
    [InlineData("\"kernelRegularizer\": \"l2\", \"kernel_regularizer\": null", "'kernelRegularizer' and 'kernel_regularizer' say the same; keep one")]
    [InlineData("\"gammaRegularizer\": \"l2\"", "unknown property 'gammaRegularizer'")]
    [InlineData("\"kernelConstraint\": \"max_nrm\"", "kernelConstraint 'max_nrm' is unknown; known: max_norm, min_max_norm, non_neg, unit_norm; did you mean")]
    [InlineData("\"kernelConstraint\": {\"name\": \"max_norm\", \"max\": 0}", "kernelConstraint: max must be a number above 0; it is 0")]
    [InlineData("\"kernelConstraint\": {\"name\": \"min_max_norm\", \"min\": 3}", "kernelConstraint: min must be at most max; they are 3 and 1")]
    [InlineData("\"kernelConstraint\": {\"name\": \"non_neg\", \"axis\": 0}", "kernelConstraint: unknown property 'axis'; known: ")]
    [InlineData("\"kernelConstraint\": {\"name\": \"unit_norm\", \"axis\": -1}",
        "axis must be an axis of the tensor, 0 to 3, or a list of them such as [0, 1, 2]; it is -1")]
    [InlineData("\"biasConstraint\": {\"name\": \"unit_norm\", \"axis\": 1}",
        "the constraint of bias has the axis 1, but its shape is [4]; give axes from 0 to 0")]
    public void Parse_ofWhatIsWrong_saysWhatWouldBeRight(string setting, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => Parse(setting)).Message, StringComparison.Ordinal);

    /// <summary>What is not applied is said, and a penalty of 0 is none.</summary>
    [Fact]
    public void Parse_ofOthersOfKeras_notesThem()
    {
        ModelReading reading = ModelReading.Parse(Text("""
            "kernel_regularizer": {"class_name": "OrthogonalRegularizer", "config": {"factor": 0.01}}, "bias_regularizer": {"class_name": "L1", "config":
            {"l1": 0}}, "kernel_constraint": {"class_name": "RadialConstraint", "config": {}}
            """), "m.json");

        Assert.Empty(reading.Model.Layers[0].Rules.All);
        Assert.Equal(
            ["kernel_regularizer OrthogonalRegularizer (not applied)", "kernel_constraint RadialConstraint (not applied)"], reading.Ignored);
    }

    /// <summary>Every tensor that a layer learns has its own, under the name of its initialiser; a frozen layer has none.</summary>
    [Fact]
    public void Infer_ofEachKindOfTensor_hasItsRules()
    {
        const string layers = """
            {"name": "m", "input": [6, 6, 2], "layers": [
              {"type": "SeparableConv2D", "filters": 3, "kernel_size": 3, "depthwise_regularizer": "l1", "pointwise_regularizer": "l2",
               "bias_regularizer": "l1_l2"},
              {"type": "BatchNormalization", "gamma_regularizer": "l1", "beta_regularizer": "l2", "beta_constraint": "non_neg"},
              {"type": "PReLU", "alpha_regularizer": "l2", "alpha_constraint": "unit_norm"},
              {"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax", "trainable": false, "kernel_regularizer": "l2"}]}
            """;
        ModelPlan plan = ModelSpec.Parse(layers, "m.json").Infer();

        Assert.Equal(
            [
                "depthwise_kernel 0.01 0 False", "pointwise_kernel 0 0.01 False", "bias 0.01 0.01 False", "gamma 0.01 0 False", "beta 0 0.01 True",
                "alpha 0 0.01 True",
            ],
            plan.Layers.SelectMany(layer => layer.Tensors).Where(tensor => tensor.Regularizer is not null).Select(
                tensor => $"{tensor.Role} {tensor.Regularizer!.L1} {tensor.Regularizer.L2} {tensor.Constraint is not null}"));
        Assert.Equal([2, 2, 1, 0, 1], plan.Model.Layers.Select(layer => layer.Rules.All.Count(rule => rule.Role != "bias")));
    }

    private static ModelSpec Parse(string setting) => ModelSpec.Parse(Text(setting), "m.json");

    private static string Text(string setting) => $$"""
        {"name": "m", "input": [6, 6, 2], "layers": [{"type": "conv2d", "filters": 4, "kernel": 3, {{setting}} },
          {"type": "flatten"}, {"type": "dense", "units": 2, "activation": "softmax"}]}
        """;
}
