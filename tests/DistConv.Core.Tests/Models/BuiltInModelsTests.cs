using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models;

public sealed class BuiltInModelsTests
{
    [Theory]
    [InlineData("keras1-mnist-cnn", 600_810, 36.2)]
    [InlineData("keras2-mnist-cnn", 1_199_882, 71.6)]
    [InlineData("keras3-mnist-convnet", 34_826, 14.3)]
    [InlineData("mnist-vgg", 329_962, 59.4)]
    [InlineData("lenet5", 61_706, 2.2)]
    [InlineData("cifar10-cnn", 2_168_362, 148.3)]
    [InlineData("resnet20", 272_474, 222.5)]
    [InlineData("mini-mobilenet", 141_994, 36.1)]
    [InlineData("mini-inception", 136_430, 84.7)]
    [InlineData("photo-cnn", 98_970, 83.9)]
    public void Infer_of_a_built_in_model_has_the_published_parameters_and_cost(string name, long parameters, double megaflops)
    {
        ModelPlan plan = ModelSpec.Load(name).Infer();

        Assert.Equal(name, plan.Model.Name);
        Assert.Equal(parameters, plan.Parameters);
        Assert.Equal(megaflops, plan.TrainingFlops / 1e6, 0.05);
        Assert.Equal(10, plan.Classes);
        Assert.Equal(TensorShape.Flat(10), plan.Output);
    }

    [Fact]
    public void Infer_of_resnet20_has_the_published_parameters_beside_its_projections()
    {
        ModelPlan plan = ModelSpec.Load("resnet20").Infer();
        LayerPlan[] projections = [.. plan.Layers.Where(layer => layer.Layer.Name.Contains("shortcut", StringComparison.Ordinal))];

        // He et al. 2015, table 6: 0.27 million for ResNet-20, whose shortcuts on CIFAR learn nothing.
        Assert.Equal(4, projections.Length);
        Assert.Equal(269_722, plan.Parameters - projections.Sum(layer => layer.Parameters));
        Assert.Equal(19 + 2, plan.Layers.Count(layer => layer.Layer.Type == "conv2d"));
        Assert.Equal(2 * (7 * 16 + 7 * 32 + 7 * 64), plan.StateValues);
        Assert.Equal(
            [new TensorShape(32, 32, 16), new TensorShape(16, 16, 32), new TensorShape(8, 8, 64)],
            plan.Layers.Where(layer => layer.Layer.Type == "add").Select(layer => layer.Output).Distinct());
    }

    [Theory]
    [InlineData(9, 9, 1, 2)]
    [InlineData(28, 28, 1, 10)]
    [InlineData(33, 17, 4, 100)]
    public void Fit_of_networks_with_global_pooling_takes_any_pictures_and_classes(int height, int width, int channels, int classes)
    {
        foreach (string name in (string[])["resnet20", "mini-mobilenet", "mini-inception"])
        {
            TensorShape input = new(height, width, channels);
            ModelPlan plan = BuiltInModels.Fit(BuiltInModels.Find(name)!, input, classes).Infer();

            Assert.Equal((input, classes), (plan.Model.Input, plan.Classes));
            Assert.Equal(name, plan.Model.Name);
        }
    }

    [Theory]
    [InlineData("resnet20", 5)]
    [InlineData("mini-mobilenet", 9)]
    [InlineData("mini-inception", 9)]
    [InlineData("photo-cnn", 16)]
    public void Fit_of_pictures_that_are_too_small_says_which_size_would_do(string name, int size)
    {
        ModelSpec model = BuiltInModels.Find(name)!;

        string message = Assert.Throws<InvalidInputException>(() => BuiltInModels.Fit(model, new TensorShape(size - 1, size - 1, 3), 10)).Message;

        Assert.StartsWith(
            $"model '{name}' takes pictures of {size}x{size} or more, and these are ({size - 1}, {size - 1}, 3): ", message, StringComparison.Ordinal);
        Assert.Equal(size, BuiltInModels.Fit(model, new TensorShape(size, size, 3), 10).Infer().Model.Input.Height);
    }

    [Fact]
    public void Describe_of_every_built_in_model_is_one_line() => Assert.All(
        BuiltInModels.All,
        model =>
        {
            string description = Assert.IsType<string>(BuiltInModels.Describe(model.Name));
            Assert.InRange(description.Length, 20, 110);
            Assert.DoesNotContain('\n', description);
            Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "again"));
        });

    [Fact]
    public void Infer_of_keras1_has_every_shape_and_count()
    {
        ModelPlan plan = ModelSpec.Load("keras1-mnist-cnn").Infer();

        Assert.Equal(
            [
                "conv1 (28, 28, 1) -> (26, 26, 32): 288 + 32, 194688",
                "conv2 (26, 26, 32) -> (24, 24, 32): 9216 + 32, 5308416 and input gradient",
                "maxpool1 (24, 24, 32) -> (12, 12, 32): 0 + 0, 0 and input gradient",
                "dropout1 (12, 12, 32) -> (12, 12, 32): 0 + 0, 0 and input gradient",
                "flatten1 (12, 12, 32) -> (4608): 0 + 0, 0 and input gradient",
                "dense1 (4608) -> (128): 589824 + 128, 589824 and input gradient",
                "dropout2 (128) -> (128): 0 + 0, 0 and input gradient",
                "dense2 (128) -> (10): 1280 + 10, 1280 and input gradient",
            ],
            plan.Layers.Select(l =>
                $"{l.Layer.Name} {l.Input} -> {l.Output}: {l.KernelParameters} + {l.BiasParameters}, {l.MultiplyAddsForward}"
                + (l.NeedsInputGradient ? " and input gradient" : "")));
        Assert.Equal(36_175_872, plan.TrainingFlops);
    }

    [Fact]
    public void Format_of_keras1_is_this_table()
    {
        const string expected =
            """
            Model: keras1-mnist-cnn  input (28, 28, 1)
            _________________________________________________________
            Layer (type)          Output shape  Param #  MFLOP/sample
            =========================================================
            conv1 (conv2d)        (26, 26, 32)      320          0.78
            conv2 (conv2d)        (24, 24, 32)    9,248         31.85
            maxpool1 (maxpool2d)  (12, 12, 32)        0             0
            dropout1 (dropout)    (12, 12, 32)        0             0
            flatten1 (flatten)    (4608)              0             0
            dense1 (dense)        (128)         589,952          3.54
            dropout2 (dropout)    (128)               0             0
            dense2 (dense)        (10)            1,290          0.01
            =========================================================
            Total params: 600,810 (2.29 MiB)
            Training step: 36.2 MFLOP a sample

            """;
        string text = ModelSummary.Format(ModelSpec.Load("keras1-mnist-cnn").Infer());

        Assert.Equal(expected, text);
    }

    [Fact]
    public void ToJson_of_keras1_is_this_text()
    {
        const string conv =
            "\"filters\":32,\"kernel\":[3,3],\"strides\":[1,1],\"padding\":\"valid\",\"activation\":\"relu\","
            + "\"kernelInitializer\":\"glorot_uniform\",\"biasInitializer\":\"zeros\",\"useBias\":true";
        const string expected =
            $$"""{"name":"keras1-mnist-cnn","input":[28,28,1],"layers":[{"type":"conv2d","name":"conv1",{{conv}}}"""
            + $$""",{"type":"conv2d","name":"conv2",{{conv}}},{"type":"maxpool2d","name":"maxpool1","pool":[2,2],"strides":[2,2],"padding":"valid"}"""
            + """,{"type":"dropout","name":"dropout1","rate":0.25},{"type":"flatten","name":"flatten1"}"""
            + """,{"type":"dense","name":"dense1","units":128"""
            + ""","activation":"relu","kernelInitializer":"glorot_uniform","biasInitializer":"zeros","useBias":true}"""
            + """,{"type":"dropout","name":"dropout2","rate":0.5},{"type":"dense","name":"dense2","units":10"""
            + ""","activation":"softmax","kernelInitializer":"glorot_uniform","biasInitializer":"zeros","useBias":true}]}""";

        Assert.Equal(expected, ModelSpec.Load("keras1-mnist-cnn").ToJson());
    }
}
