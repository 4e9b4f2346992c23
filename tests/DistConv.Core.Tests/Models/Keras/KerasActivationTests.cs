using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.PRelu;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>Activations in the spellings of Keras 1, 2 and 3: as names, as objects, and as layers.</summary>
public sealed class KerasActivationTests
{
    private static readonly InitializerSpec Glorot = new("glorot_uniform"), Zeros = new("zeros");

    public static TheoryData<string, LayerSpec> Names => new()
    {
        { "relu6", new ReluSpec("c_relu") { MaxValue = 6 } },
        { "elu", new EluSpec("c_elu") },
        { "leaky_relu", new LeakyReluSpec("c_leakyRelu", 0.2) },
        { "selu", new SeluSpec("c_selu") },
        { "gelu", new GeluSpec("c_gelu") },
        { "swish", new SiluSpec("c_silu") },
        { "silu", new SiluSpec("c_silu") },
        { "hard_swish", new HardSiluSpec("c_hardSilu") },
        { "hard_silu", new HardSiluSpec("c_hardSilu") },
        { "sigmoid", new SigmoidSpec("c_sigmoid") },
        { "tanh", new TanhSpec("c_tanh") },
        { "softplus", new SoftplusSpec("c_softplus") },
        { "softsign", new SoftsignSpec("c_softsign") },
        { "exponential", new ExponentialSpec("c_exponential") },
        { "prelu", new PReluSpec("c_prelu", Zeros, default) },
        { "hard_sigmoid", new HardSigmoidSpec("c_hardSigmoid") },
        { "softmax", new SoftmaxSpec("c_softmax") },
    };

    public static TheoryData<string, LayerSpec> Layers => new()
    {
        { """{"type":"ELU","alpha":0.5,"name":"a"}""", new EluSpec("a", 0.5) },
        { """{"type":"LeakyReLU","alpha":0.30000001192092896,"name":"a"}""", new LeakyReluSpec("a", 0.3) },
        { """{"type":"LeakyReLU","negative_slope":0.1,"name":"a"}""", new LeakyReluSpec("a", 0.1) },
        { """{"type":"LeakyReLU","name":"a"}""", new LeakyReluSpec("a", 0.3) },
        { """{"type":"ThresholdedReLU","theta":0.75,"name":"a"}""", new ThresholdedReluSpec("a", 0.75) },
        { """{"type":"ReLU","max_value":6.0,"negative_slope":0.0,"threshold":0.0,"name":"a"}""", new ReluSpec("a") { MaxValue = 6 } },
        {
            """{"type":"ReLU","max_value":null,"negative_slope":0.25,"threshold":1.5,"name":"a"}""",
            new ReluSpec("a") { NegativeSlope = 0.25, Threshold = 1.5 }
        },
        { """{"type":"Activation","activation":"swish","name":"a"}""", new SiluSpec("a") },
        { """{"type":"Activation","activation":"relu6","name":"a"}""", new ReluSpec("a") { MaxValue = 6 } },
        { """{"type":"Softmax","axis":-1,"name":"a"}""", new SoftmaxSpec("a") },
        { """{"type":"hardSigmoid","name":"a"}""", new HardSigmoidSpec("a") },
        {
            """{"type":"PReLU","name":"a","alpha_initializer":{"class_name":"Zeros","config":{}},"alpha_regularizer":null,"shared_axes":[1,2]}""",
            new PReluSpec("a", Zeros, new SharedAxes(true, true, false))
        },
        { """{"type":"PReLU","name":"a","shared_axes":null}""", new PReluSpec("a", Zeros, default) },
        { """{"type":"PReLU","name":"a","init":"zero","weights":null}""", new PReluSpec("a", Zeros, default) },
        { """{"type":"PReLU","name":"a","shared_axes":3}""", new PReluSpec("a", Zeros, new SharedAxes(false, false, true)) },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Parse_of_an_activation_by_name_makes_a_layer_behind(string name, LayerSpec expected)
    {
        ModelSpec model = Parse($$"""{"type":"Conv2D","name":"c","filters":4,"kernel_size":3,"activation":"{{name}}"}""");

        Assert.Equal([new Conv2DSpec("c", 4, 3, 3, 1, 1, Padding.Valid, Activation.Linear, Glorot, Zeros), expected], model.Layers.Take(2));
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Parse_of_an_activation_as_a_layer_is_ours(string layer, LayerSpec expected)
    {
        ModelSpec model = Parse($$"""{"type":"Conv2D","filters":4,"kernel_size":3},{"type":"MaxPooling2D"},{{layer}}""");

        Assert.Equal(expected, model.Layers[2]);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
    }

    [Theory]
    [InlineData("\"keras_version\":\"1.2.2\",", 0.2)]
    [InlineData("\"keras_version\":\"2.4.0\",", 0.2)]
    [InlineData("\"keras_version\":\"3.3.3\",", HardSigmoidSpec.DefaultSlope)]
    [InlineData("", HardSigmoidSpec.DefaultSlope)]
    public void Parse_of_a_hard_sigmoid_has_the_slope_of_its_generation(string version, double slope)
    {
        ModelSpec model = ModelSpec.Parse(
            $$$"""
            {"class_name":"Sequential",{{{version}}}"config":[
             {"class_name":"Flatten","config":{"batch_input_shape":[null,28,28]}},
             {"class_name":"Dense","config":{"units":10,"activation":"hard_sigmoid"}},
             {"class_name":"Activation","config":{"activation":"hard_sigmoid"}},
             {"class_name":"Dense","config":{"units":10,"activation":"softmax"}}]}
            """,
            "m.json");

        Assert.Equal([new HardSigmoidSpec("dense1_hardSigmoid", slope), new HardSigmoidSpec("hardSigmoid1", slope)], model.Layers.Skip(2).Take(2));
    }

    [Theory]
    [InlineData("""{"class_name":"LeakyReLU","config":{"name":"leaky_re_lu","trainable":true,"dtype":"float32","negative_slope":0.1}}""", "leakyRelu")]
    [InlineData("""{"module":"keras.layers","class_name":"ReLU","config":{"max_value":null,"negative_slope":0.1},"registered_name":null}""", "relu")]
    public void Parse_of_an_activation_as_an_object_makes_a_layer_behind(string activation, string type)
    {
        ModelSpec model = Parse($$"""{"type":"Conv2D","name":"c","filters":4,"kernel_size":3,"activation":{{activation}}}""");

        Assert.Equal(("c_" + type, type), (model.Layers[1].Name, model.Layers[1].Type));
        Assert.Contains("lope\":0.1", model.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_of_a_softmax_that_a_layer_reads_makes_it_a_layer()
    {
        ModelSpec model = Parse("""{"type":"Flatten"},{"type":"Dense","units":5,"activation":"softmax"},{"type":"Dense","units":4},{"type":"Softmax"}""");

        Assert.Equal(["flatten1", "dense1", "dense1_softmax", "dense2", "dense2_softmax", "flatten2", "dense3"], model.Layers.Select(layer => layer.Name));
        Assert.Equal(Activation.Softmax, Assert.IsType<DenseSpec>(model.Layers[^1]).Activation);
        Assert.Equal([false, false, false, false, false, false, true], model.Infer().Layers.Select(layer => layer.IsOutput));
    }

    [Fact]
    public void Parse_of_a_graph_lets_readers_read_the_activation()
    {
        ModelSpec model = ModelSpec.Parse(
            """
            {"input":[6,6,2],"layers":[
             {"type":"conv2d","name":"a","filters":2,"kernel":1,"activation":"elu"},
             {"type":"conv2d","name":"b","inputs":["a"],"filters":2,"kernel":1,"activation":"tanh"},
             {"type":"add","inputs":["b","a","input"]},
             {"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}
            """,
            "m.json");

        Assert.Equal(["a", "a_elu", "b", "b_tanh", "add1", "flatten1", "dense1"], model.Layers.Select(layer => layer.Name));
        Assert.Equal(["b_tanh", "a_elu", "input"], model.Layers[4].Inputs.Names);
        Assert.Empty(model.Layers[2].Inputs.Names);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
    }

    [Fact]
    public void Parse_of_names_that_are_taken_or_too_long_finds_others()
    {
        string longest = new('n', 64);
        ModelSpec model = Parse(
            $$"""
            {"type":"conv2d","name":"c","filters":2,"kernel":1,"activation":"elu"},{"type":"relu","name":"c_elu"},
            {"type":"conv2d","name":"{{longest}}","filters":2,"kernel":1,"activation":"hardSigmoid"}
            """);

        Assert.Equal(["c", "c_elu2", "c_elu", longest, new string('n', 52) + "_hardSigmoid"], model.Layers.Take(5).Select(layer => layer.Name));
    }

    [Fact]
    public void Parse_of_shared_axes_with_channels_first_turns_them()
    {
        ModelSpec model = Parse(
            """
            {"type":"Conv2D","filters":4,"kernel_size":3,"data_format":"channels_first"},{"type":"PReLU","name":"channels","shared_axes":[2,3]},
            {"type":"PReLU","name":"positions","shared_axes":[1]}
            """);

        Assert.Equal(new SharedAxes(true, true, false), Assert.IsType<PReluSpec>(model.Layers[1]).SharedAxes);
        Assert.Equal(new SharedAxes(false, false, true), Assert.IsType<PReluSpec>(model.Layers[2]).SharedAxes);
        Assert.Equal([4L, 100L], model.Infer().Layers.Skip(1).Take(2).Select(layer => layer.Parameters));
    }

    [Fact]
    public void ToJson_of_a_plain_relu_has_no_settings() =>
        Assert.Contains("""{"type":"relu","name":"relu1"}""", Parse("""{"type":"relu","maxValue":null,"threshold":0}""").ToJson(), StringComparison.Ordinal);

    private static ModelSpec Parse(string layers) => ModelSpec.Parse(
        $$"""{"input":[12,12,1],"layers":[{{layers}},{"type":"flatten"},{"type":"dense","units":3,"activation":"softmax"}]}""", "m.json");
}
