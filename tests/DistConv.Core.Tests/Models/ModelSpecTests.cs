using System.Text;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models;

public sealed class ModelSpecTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("distconv-models-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Fit_ofABuiltInModelToOneClass_saysThatAndNamesNoSize()
    {
        ModelSpec model = BuiltInModels.Find("lenet5")!;
        string message = Assert.Throws<InvalidInputException>(() => BuiltInModels.Fit(model, new TensorShape(28, 28, 1), classes: 1)).Message;
        Assert.Contains("at least 2 classes", message, StringComparison.Ordinal);
        Assert.DoesNotContain("28x28 or more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_of_all_layers_reads_Keras_vocabulary_and_defaults()
    {
        ModelSpec model = ModelSpec.Parse(
            """
            {"name": "all", "input": [12, 10, 3], "layers": [
              {"type": "conv2d", "filters": 4, "kernel": 3},
              {"type": "conv2d", "filters": 5, "kernel": [3, 1], "strides": [2, 1], "padding": "same", "activation": "relu", "useBias": false, "name": "second",
               "kernelInitializer": {"name": "random_uniform", "minValue": -0.5, "maxValue": 0.5}, "biasInitializer": {"name": "constant", "value": 0.1}},
              {"type": "conv2d", "filters": 2, "kernel": 1, "kernelInitializer": {"name": "he_normal"}},
              {"type": "maxpool2d"},
              {"type": "avgpool2d", "pool": [1, 2], "strides": 1, "padding": "same"},
              {"type": "relu"},
              {"type": "globalavgpool2d"},
              {"type": "dropout", "rate": 0},
              {"type": "dense", "units": 7},
              {"type": "softmax"}]}
            """,
            "all.json");

        InitializerSpec glorot = new("glorot_uniform"), zeros = new("zeros");
        ModelSpec expected = new(
            "all",
            new TensorShape(12, 10, 3),
            [
                new Conv2DSpec("conv1", 4, 3, 3, 1, 1, Padding.Valid, Activation.Linear, glorot, zeros),
                new Conv2DSpec(
                    "second", 5, 3, 1, 2, 1, Padding.Same, Activation.Relu, new InitializerSpec("random_uniform", MinValue: -0.5f, MaxValue: 0.5f),
                    new InitializerSpec("constant", Value: 0.1f), UseBias: false),
                new Conv2DSpec("conv3", 2, 1, 1, 1, 1, Padding.Valid, Activation.Linear, new InitializerSpec("he_normal"), zeros),
                new MaxPool2DSpec("maxpool1", 2),
                new AvgPool2DSpec("avgpool1", 1, 2, 1, 1, Padding.Same),
                new ReluSpec("relu1"),
                new GlobalAvgPool2DSpec("globalavgpool1"),
                new DropoutSpec("dropout1", 0),
                new DenseSpec("dense1", 7, Activation.Linear, glorot, zeros),
                new SoftmaxSpec("softmax1"),
            ]);
        Assert.Equal(expected, model);
        Assert.NotEqual(expected, model with { Name = "other" });
        Assert.NotEqual(expected, model with { Layers = [.. model.Layers.Reverse()] });
    }

    [Theory]
    [InlineData("""{"type":"conv2d","filters":6,"kernel":3,"dilation":2,"groups":3}""")]
    [InlineData("""{"type":"conv2d","filters":6,"kernel":[3,3],"dilation":[2,2],"groups":3,"strides":1}""")]
    [InlineData("""{"class_name":"Conv2D","config":{"filters":6,"kernel_size":3,"dilation_rate":[2,2],"groups":3}}""")]
    public void Parse_ofDilationAndGroups_hasOneCanonicalForm(string layer)
    {
        ModelSpec model = ModelSpec.Parse(
            $$"""{"input":[9,9,3],"layers":[{{layer}},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}""", "m.json");

        Conv2DSpec conv = Assert.IsType<Conv2DSpec>(model.Layers[0]);
        Assert.Equal((2, 2, 3), (conv.DilationH, conv.DilationW, conv.Groups));
        Assert.Contains("\"padding\":\"valid\",\"dilation\":[2,2],\"groups\":3,\"activation\"", model.ToJson(), StringComparison.Ordinal);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        LayerPlan plan = model.Infer().Layers[0];
        Assert.Equal(new TensorShape(5, 5, 6), plan.Output);
        Assert.Equal([3, 3, 1, 6], plan.Tensors[0].Shape);
        Assert.Equal((9, 54), (plan.Tensors[0].FanIn, plan.Tensors[0].FanOut)); // Keras's compute_fans of [3, 3, 1, 6].
        Assert.Equal(5 * 5 * 9 * 6, plan.MultiplyAddsForward);
    }

    [Fact]
    public void ToJson_withoutDilationAndGroups_doesNotNameThem()
    {
        string json = ModelSpec.Parse(
            """
            {"input":[4,4,1],"layers":[{"type":"conv2d","filters":2,"kernel":3,"dilation":1,"groups":1},{"type":"flatten"},
             {"type":"dense","units":2,"activation":"softmax"}]}
            """, "m.json").ToJson();

        Assert.DoesNotContain("dilation", json, StringComparison.Ordinal);
        Assert.DoesNotContain("groups", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ofAtrousConvolution2D_isADilatedConvolution()
    {
        ModelSpec model = ModelSpec.Parse(
            """
            {"class_name":"Sequential","config":[{"class_name":"AtrousConvolution2D","config":{"name":"a","nb_filter":4,"nb_row":3,"nb_col":2,
              "atrous_rate":[2,3],"border_mode":"same","dim_ordering":"tf","bias":true,"batch_input_shape":[null,9,8,3],"activation":"relu"}},
             {"class_name":"Flatten","config":{"name":"f"}},{"class_name":"Dense","config":{"name":"d","output_dim":2,"activation":"softmax"}}]}
            """, "m.json");

        Conv2DSpec conv = Assert.IsType<Conv2DSpec>(model.Layers[0]);
        Assert.Equal((4, 3, 2, 2, 3, Padding.Same), (conv.Filters, conv.KernelH, conv.KernelW, conv.DilationH, conv.DilationW, conv.Padding));
    }

    [Fact]
    public void Parse_of_a_default_name_that_is_taken_uses_the_next()
    {
        ModelSpec model = ModelSpec.Parse(
            """{"input":[4,4,1],"layers":[{"type":"relu"},{"type":"dropout","rate":0.5,"name":"relu2"},{"type":"relu"},{"type":"flatten"},"""
                + """{"type":"dense","units":2,"activation":"softmax"}]}""",
            "m.json");

        Assert.Equal(["relu1", "relu2", "relu3", "flatten1", "dense1"], model.Layers.Select(layer => layer.Name));
    }

    [Theory]
    [InlineData("dir/my model.json", "my-model")]
    [InlineData("cnn.json", "cnn")]
    [InlineData("", "model")]
    [InlineData("_x", "model")]
    public void Parse_without_a_name_takes_the_file_name(string source, string expected) =>
        Assert.Equal(expected, ModelSpec.Parse("""{"input":[1,1,2],"layers":[{"type":"flatten"},"""
            + """{"type":"dense","units":2,"activation":"softmax"}]}""", source).Name);

    [Fact]
    public void Parse_of_negative_zero_is_zero()
    {
        const string json =
            """
            {"input":[1,1,2],"layers":[{"type":"flatten"},{"type":"dropout","rate":-0.0},
             {"type":"dense","units":2,"activation":"softmax","biasInitializer":{"name":"constant","value":-0}}]}
            """;
        ModelSpec model = ModelSpec.Parse(json, "m.json");

        Assert.False(double.IsNegative(Assert.IsType<DropoutSpec>(model.Layers[1]).Rate));
        Assert.False(float.IsNegative(Assert.IsType<DenseSpec>(model.Layers[2]).BiasInitializer.Value!.Value));
        Assert.Equal(model.ToJson(), (model with { Layers = [model.Layers[0], new DropoutSpec("dropout1", -0.0), model.Layers[2]] }).ToJson());
    }

    [Fact]
    public void Load_of_a_file_with_a_byte_order_mark_reads_it()
    {
        string path = Path.Combine(folder, "bom.json");
        File.WriteAllText(path, BuiltInModels.All[0].ToJson(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal(BuiltInModels.All[0], ModelSpec.Load(path));
    }

    [Fact]
    public void Load_of_a_file_without_json_ending_reads_it()
    {
        string path = Path.Combine(folder, "model");
        File.WriteAllText(path, BuiltInModels.All[1].ToJson());

        Assert.Equal(BuiltInModels.All[1], ModelSpec.Load(path));
    }

    [Theory]
    [InlineData("keras1", "unknown model 'keras1': choose {models}, or give a .json file; did you mean 'keras1-mnist-cnn'?")]
    [InlineData("keras2_mnist_cnn", "unknown model 'keras2_mnist_cnn': choose {models}, or give a .json file; did you mean 'keras2-mnist-cnn'?")]
    [InlineData("resnet", "unknown model 'resnet': choose {models}, or give a .json file; did you mean 'resnet20'?")]
    [InlineData("alexnet", "unknown model 'alexnet': choose {models}, or give a .json file")]
    [InlineData("", "unknown model '': choose {models}, or give a .json file")]
    [InlineData("a\0b\n", "unknown model 'a?b?': choose {models}, or give a .json file")]
    [InlineData("nowhere/cnn.json", "nowhere/cnn.json: there is no such model file")]
    [InlineData("keras1-mnist-cnn.json", "keras1-mnist-cnn.json: there is no such model file; did you mean 'keras1-mnist-cnn'?")]
    public void Load_of_what_is_not_there_lists_the_choices(string name, string expected) =>
        Assert.Equal(Choices.In(expected), Assert.Throws<InvalidInputException>(() => ModelSpec.Load(name)).Message);

    [Fact]
    public void Load_of_a_folder_says_so() =>
        Assert.Equal($"{folder}: is a folder; expected a model file (.json)", Assert.Throws<InvalidInputException>(() => ModelSpec.Load(folder)).Message);

    [Fact]
    public void Load_of_text_that_is_not_UTF8_or_too_long_says_so()
    {
        string path = Path.Combine(folder, "latin.json");
        File.WriteAllBytes(path, [(byte)'{', 0xE9, (byte)'}']);
        Assert.Equal($"{path}: is not UTF-8 text; a model is JSON in UTF-8", Assert.Throws<InvalidInputException>(() => ModelSpec.Load(path)).Message);

        File.WriteAllBytes(path, new byte[5 << 20]);
        Assert.Equal(
            $"{path}: is larger than 4,194,304 bytes; a model is a short JSON text", Assert.Throws<InvalidInputException>(() => ModelSpec.Load(path)).Message);
    }
}
