using DistConv.Core.Layers;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Models;

/// <summary>What a model may end in, and what its values mean then.</summary>
public sealed class ModelOutputTests
{
    [Theory]
    [InlineData("""{"type":"dense","units":3,"activation":"softmax"}""", OutputKind.Softmax, 3, "dense1")]
    [InlineData("""{"type":"dense","units":3},{"type":"softmax"}""", OutputKind.Softmax, 3, "softmax1")]
    [InlineData("""{"type":"dense","units":3,"activation":"sigmoid"}""", OutputKind.Sigmoid, 3, "dense1_sigmoid")]
    [InlineData("""{"type":"dense","units":1},{"type":"sigmoid"}""", OutputKind.Sigmoid, 2, "sigmoid1")]
    [InlineData("""{"type":"dense","units":1}""", OutputKind.Values, 0, "dense1")]
    [InlineData("""{"type":"dense","units":4}""", OutputKind.Values, 4, "dense1")]
    [InlineData("""{"type":"dense","units":4,"activation":"relu"}""", OutputKind.Values, 4, "dense1")]
    [InlineData("""{"type":"dense","units":4},{"type":"batchnorm"},{"type":"flatten"}""", OutputKind.Values, 4, "flatten2")]
    [InlineData("""{"type":"dense","units":3,"activation":"softmax"},{"type":"reshape","shape":[3]}""", OutputKind.Softmax, 3, "dense1_softmax")]
    [InlineData("""{"type":"reshape","shape":[1,1,36]},{"type":"conv2d","filters":5,"kernel":1},{"type":"softmax"},{"type":"reshape","shape":[5]}""",
        OutputKind.Softmax, 5, "softmax1")]
    [InlineData("""{"type":"reshape","shape":[1,1,36]},{"type":"conv2d","filters":1,"kernel":1,"activation":"sigmoid"},{"type":"flatten"}""",
        OutputKind.Sigmoid, 2, "conv1_sigmoid")]
    [InlineData("""{"type":"reshape","shape":[2,1,18]},{"type":"conv2d","filters":2,"kernel":1},{"type":"softmax"},{"type":"flatten"}""",
        OutputKind.Values, 4, "flatten2")]
    [InlineData("""{"type":"dense","units":3,"activation":"softmax"},{"type":"dropout","rate":0.5}""", OutputKind.Values, 3, "dropout1")]
    public void Infer_of_an_end_tells_its_kind_its_classes_and_the_layer_that_makes_it(string end, OutputKind kind, int classes, string layer)
    {
        ModelPlan plan = ModelSpec.Parse($$"""{"input":[6,6,1],"layers":[{"type":"flatten"},{{end}}]}""", "test").Infer();

        Assert.Equal((kind, classes, layer), (plan.OutputKind, plan.Classes, plan.Layers.Single(one => one.IsOutput).Layer.Name));
    }

    [Fact]
    public void Infer_of_a_softmax_that_others_read_too_ends_in_values()
    {
        ModelPlan plan = ModelSpec.Parse(
            """
            {"input":[2,2,1],"layers":[{"type":"flatten"},{"type":"dense","units":4},{"type":"softmax","name":"s"},{"type":"reshape","shape":[4],"name":"r"},
              {"type":"multiply","inputs":["s","r"]}]}
            """,
            "test").Infer();

        Assert.Equal((OutputKind.Values, 4), (plan.OutputKind, plan.Classes));
    }
}
