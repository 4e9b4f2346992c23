using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>Whole models as each version of Keras writes them; the .json files have the keys of model.to_json() of that version.</summary>
public sealed class KerasModelTests
{
    [Fact]
    public void Load_of_Keras1_arguments_has_the_canonical_JSON_of_the_built_in_model()
    {
        ModelSpec model = ModelSpec.Load(File("keras-1-by-hand.json"));

        Assert.Equal("by-hand", model.Name);
        Assert.Equal(BuiltInModels.Find("keras1-mnist-cnn")!.ToJson(), (model with { Name = "keras1-mnist-cnn" }).ToJson());
    }

    [Theory]
    [InlineData("keras-1.2.json", "keras1-mnist-cnn", "keras-1.2", "Keras Sequential model, Keras 1.2.2")]
    [InlineData("keras-2.0.json", "keras2-mnist-cnn", "keras-2.0", "Keras Sequential model, Keras 2.0.9")]
    [InlineData("keras-2.11.json", "keras2-mnist-cnn", "mnist_cnn", "Keras Sequential model, Keras 2.11.0")]
    [InlineData("keras-3.json", "keras3-mnist-convnet", "keras-3", "Keras Sequential model")]
    public void Load_of_what_to_json_writes_is_the_built_in_model_with_Keras_names(string file, string builtIn, string name, string format)
    {
        ModelReading reading = ModelReading.Load(File(file));

        Assert.Equal((name, format), (reading.Model.Name, reading.Format));
        ModelSpec expected = BuiltInModels.Find(builtIn)!;
        Assert.Equal(expected.ToJson(), Named(reading.Model, expected).ToJson());
    }

    [Fact]
    public void Load_keeps_the_names_of_layers()
    {
        ModelSpec model = ModelSpec.Load(File("keras-1.2.json"));

        Assert.Equal(
            ["convolution2d_1", "convolution2d_2", "maxpooling2d_1", "dropout_1", "flatten_1", "dense_1", "dropout_2", "dense_2"],
            model.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Load_says_what_was_translated_and_what_has_no_effect()
    {
        ModelReading keras1 = ModelReading.Load(File("keras-1-by-hand.json")), keras3 = ModelReading.Load(File("keras-3.json"));

        Assert.Equal("DistConv model", keras1.Format);
        Assert.Equal(
            [
                "Convolution2D -> conv2d", "input_shape -> input", "nb_filter -> filters", "border_mode -> padding", "nb_row, nb_col -> kernel",
                    "MaxPooling2D -> maxpool2d",
                "pool_size -> pool", "Dropout -> dropout", "p -> rate", "Flatten -> flatten", "Dense -> dense", "output_dim -> units",
            ],
            keras1.Translated);
        Assert.Empty(keras1.Ignored);
        Assert.Contains("GlorotUniform -> glorot_uniform", keras3.Translated);
        Assert.Equal(["compile_config (optimizer, loss and metrics are train's)", "seed (the job's seed decides)"], keras3.Ignored);
        ModelReading own = ModelReading.Load("lenet5");
        Assert.Equal(("built-in model", 0, 0), (own.Format, own.Translated.Count, own.Ignored.Count));
    }

    [Theory]
    [InlineData("""{"class_name":"Flatten","config":{"batch_input_shape":[null,28,28]}}""")]
    [InlineData("""{"class_name":"InputLayer","config":{"batch_shape":[32,28,28]}},{"class_name":"Flatten","config":{}}""")]
    [InlineData("""{"class_name":"InputLayer","config":{"batch_input_shape":[null,28,28,1]}},{"class_name":"Flatten","config":{"input_shape":[28,28,1]}}""")]
    public void Parse_reads_the_shape_of_an_image_wherever_Keras_has_it(string first)
    {
        ModelSpec model = ModelSpec.Parse(
            $$$"""{"class_name":"Sequential","config":[{{{first}}},{"class_name":"Dense","config":{"units":10,"activation":"softmax"}}]}""", "m.json");

        Assert.Equal(new TensorShape(28, 28, 1), model.Input);
        Assert.Equal(["flatten1", "dense1"], model.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Parse_of_activation_layers_fuses_them_where_that_is_the_same()
    {
        ModelSpec model = Parse(
            """
            {"type":"Conv2D","filters":4,"kernel_size":3},{"type":"Activation","activation":"linear"},
            {"type":"ReLU","max_value":null,"negative_slope":0.0,"threshold":0.0},
            {"type":"Dropout","rate":0.5},{"type":"Activation","activation":"relu","name":"after"},
            {"type":"conv2d","filters":4,"kernel":3},{"type":"relu"},
            {"type":"MaxPool2D","strides":null},{"type":"Flatten"},{"type":"Dense","units":3,"activation":null},{"type":"Softmax","axis":-1}
            """);

        InitializerSpec glorot = new("glorot_uniform"), zeros = new("zeros");
        Assert.Equal(
            [
                new Conv2DSpec("conv1", 4, 3, 3, 1, 1, Padding.Valid, Activation.Relu, glorot, zeros),
                new DropoutSpec("dropout1", 0.5),
                new ReluSpec("after"),
                new Conv2DSpec("conv2", 4, 3, 3, 1, 1, Padding.Valid, Activation.Linear, glorot, zeros),
                new ReluSpec("relu2"),
                new MaxPool2DSpec("maxpool1", 2),
                new FlattenSpec("flatten1"),
                new DenseSpec("dense1", 3, Activation.Softmax, glorot, zeros),
            ],
            model.Layers);
    }

    [Theory]
    [InlineData("\"normal\"", "random_normal")]
    [InlineData("\"uniform\"", "random_uniform")]
    [InlineData("\"zero\"", "zeros")]
    [InlineData("\"he_normal\"", "he_normal")]
    [InlineData("\"HeUniform\"", "he_uniform")]
    [InlineData("""{"class_name":"GlorotNormal","config":{"seed":7,"dtype":"float32"}}""", "glorot_normal")]
    [InlineData("""{"class_name":"LecunUniform","config":{}}""", "lecun_uniform")]
    [InlineData("""{"class_name":"RandomNormal","config":{"mean":0.0,"stddev":0.05,"seed":null}}""", "random_normal")]
    [InlineData("""{"class_name":"RandomUniform","config":{"minval":-0.05,"maxval":0.05}}""", "random_uniform")]
    [InlineData("""{"class_name":"VarianceScaling","config":{"scale":2.0,"mode":"fan_in","distribution":"normal","seed":null}}""", "he_normal")]
    [InlineData("""{"class_name":"VarianceScaling","config":{"scale":1.0,"mode":"fan_in","distribution":"uniform"}}""", "lecun_uniform")]
    [InlineData("""{"class_name":"VarianceScaling","config":{"scale":1,"mode":"fan_avg","distribution":"truncated_normal"}}""", "glorot_normal")]
    [InlineData("""{"class_name":"VarianceScaling","config":{"seed":null}}""", "lecun_normal")]
    public void Parse_of_an_initializer_in_any_spelling_is_ours(string json, string expected)
    {
        ModelSpec model = Parse($$"""{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax","kernel_initializer":{{json}}}""");

        Assert.Equal(new InitializerSpec(expected), Assert.IsType<DenseSpec>(model.Layers[1]).KernelInitializer);
    }

    [Fact]
    public void Parse_of_an_initializer_with_settings_keeps_them()
    {
        ModelSpec model = Parse(
            """
            {"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax","use_bias":false,
             "kernel_initializer":{"class_name":"RandomUniform","config":{"minval":-0.05,"maxval":0.5}},
             "bias_initializer":{"class_name":"Constant","config":{"value":0.1}}}
            """);

        DenseSpec dense = Assert.IsType<DenseSpec>(model.Layers[1]);
        Assert.Equal(new InitializerSpec("random_uniform", MaxValue: 0.5f), dense.KernelInitializer);
        Assert.Equal(new InitializerSpec("constant", Value: 0.1f), dense.BiasInitializer);
        Assert.False(dense.UseBias);
    }

    internal static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Models", "Keras", name);

    private static ModelSpec Parse(string layers) => ModelSpec.Parse($$"""{"input":[12,12,1],"layers":[{{layers}}]}""", "m.json");

    /// <summary>The model with the names of another of as many layers.</summary>
    private static ModelSpec Named(ModelSpec model, ModelSpec names) => new(
        names.Name, model.Input, [.. model.Layers.Zip(names.Layers, (layer, other) => layer with { Name = other.Name })]);
}
