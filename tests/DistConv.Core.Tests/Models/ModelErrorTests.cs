using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models;

public sealed class ModelErrorTests
{
    private const string End = """{"type":"flatten"},{"type":"dense","units":10,"activation":"softmax"}""";

    // Each: layers before the end (flatten, dense 10 softmax) on an input of 28x28x1, and the whole message after the file's name.
    [Theory]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":29}""",
        "layer 1 'conv1' (conv2d): kernel 29x29 is larger than its input (28, 28, 1); with padding 'valid' at most 28x28 fits")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":[56,1],"padding":"same"}""",
        "layer 1 'conv1' (conv2d): kernel 56x1 is larger than its input (28, 28, 1); with padding 'same' at most 55x55 fits")]
    [InlineData("""{"type":"maxpool2d","pool":[2,30]}""",
        "layer 1 'maxpool1' (maxpool2d): pool 2x30 is larger than its input (28, 28, 1); with padding 'valid' at most 28x28 fits")]
    [InlineData("""{"type":"conv2d","filters":0,"kernel":3}""", "layer 1 'conv1' (conv2d): filters must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("""{"type":"conv2d","filters":1000000000,"kernel":3}""",
        "layer 1 'conv1' (conv2d): filters must be a whole number from 1 to 65,536; it is 1000000000")]
    [InlineData("""{"type":"conv2d","filters":1e9,"kernel":3}""", "layer 1 'conv1' (conv2d): filters must be a whole number from 1 to 65,536; it is 1e9")]
    [InlineData("""{"type":"conv2d","filters":99999999999999999999,"kernel":3}""",
        "layer 1 'conv1' (conv2d): filters must be a whole number from 1 to 65,536; it is 99999999999999999999")]
    [InlineData("""{"type":"conv2d","filters":"8","kernel":3}""", "layer 1 'conv1' (conv2d): filters must be a whole number from 1 to 65,536; it is \"8\"")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":-3}""", "layer 1 'conv1' (conv2d): kernel must be a whole number from 1 to 65,536; it is -3")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":[3,3,3]}""",
        "layer 1 'conv1' (conv2d): kernel must be one whole number or two, [height, width]; it is [3,3,3]")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"strides":0}""",
        "layer 1 'conv1' (conv2d): strides must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"padding":"full"}""", "layer 1 'conv1' (conv2d): padding 'full' is unknown; known: valid, same")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"activation":"Relu"}""",
        "layer 1 'conv1' (conv2d): activation 'Relu' is unknown; known: {activations}; did you mean 'relu'?")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"activation":{"name":"elu"}}""",
        "layer 1 'conv1' (conv2d): activation must be a name such as \"relu\", or a layer as Keras 3 writes it; it is an object {...}")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"activation":{"class_name":"Flatten","config":{}}}""",
        "layer 1 'conv1' (conv2d): activation: 'Flatten' is no activation; known: {activations}")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"activation":{"class_name":"ELU","config":{"beta":1}}}""",
        "layer 1 'conv1' (conv2d): activation: config: unknown property 'beta'; known: alpha")]
    [InlineData("""{"type":"elu","alpha":-1}""", "layer 1 'elu1' (elu): alpha must be a number of at least 0; it is -1")]
    [InlineData("""{"type":"leakyRelu","slope":"0.1"}""", "layer 1 'leakyRelu1' (leakyRelu): slope must be a number; it is \"0.1\"")]
    [InlineData("""{"type":"thresholdedRelu","theta":1e60}""",
        "layer 1 'thresholdedRelu1' (thresholdedRelu): theta must be a number of at least 0; it is 1e60")]
    [InlineData("""{"type":"relu","maxValue":0}""", "layer 1 'relu1' (relu): maxValue must be a number above 0, or null for none; it is 0")]
    [InlineData("""{"type":"prelu","sharedAxes":[0]}""",
        "layer 1 'prelu1' (prelu): sharedAxes must be a list of 1 (height), 2 (width), 3 (channels); it is [0]")]
    [InlineData("""{"type":"flatten"},{"type":"prelu","sharedAxes":[1,2]}""",
        "layer 2 'prelu1' (prelu): sharedAxes of the flat input (784) can only be [] or [1]")]
    [InlineData("""{"type":"gelu","approximate":1}""", "layer 1 'gelu1' (gelu): approximate must be true or false; it is 1")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"useBias":1}""", "layer 1 'conv1' (conv2d): useBias must be true or false; it is 1")]
    [InlineData("""{"type":"conv2d","filters":8,"kernl":3}""",
        "layer 1 'conv1' (conv2d): unknown property 'kernl'; known: type, name, inputs, filters, kernel, strides, padding, dilation, groups, activation, "
            + "kernelInitializer, biasInitializer, useBias (or as Keras spells them); did you mean 'kernel'?")]
    [InlineData("""{"type":"conv2d","kernel":3}""", "layer 1 'conv1' (conv2d): property 'filters' is missing, for example \"filters\": 32")]
    [InlineData("""{"type":"conv2d","filters":8,"filters":9,"kernel":3}""", "layer 1: property 'filters' is there twice")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"kernelInitializer":"glorot"}""",
        "layer 1 'conv1' (conv2d): kernelInitializer 'glorot' is unknown; known: glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, "
            + "lecun_normal, random_uniform, random_normal, zeros, ones, constant; did you mean 'glorot_uniform'?")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"kernelInitializer":5}""",
        "layer 1 'conv1' (conv2d): kernelInitializer must be a name such as \"glorot_uniform\" or {\"name\": \"constant\", \"value\": 0.1}; it is 5")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"biasInitializer":"constant"}""",
        "layer 1 'conv1' (conv2d): biasInitializer 'constant' needs its value: {\"name\": \"constant\", \"value\": 0.1}")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"biasInitializer":{"name":"constant","value":1e39}}""",
        "layer 1 'conv1' (conv2d): biasInitializer 'constant': value must be finite; it is Infinity")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"biasInitializer":{"name":"constant","stddev":1}}""",
        "layer 1 'conv1' (conv2d): biasInitializer: unknown property 'stddev'; known: name, value")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"biasInitializer":{"name":"random_uniform","minValue":0.1}}""",
        "layer 1 'conv1' (conv2d): biasInitializer 'random_uniform': minValue must be at most maxValue; they are 0.1 and 0.05")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"biasInitializer":{"name":"random_normal","stdDev":-1}}""",
        "layer 1 'conv1' (conv2d): biasInitializer 'random_normal': stdDev must be at least 0; it is -1")]
    [InlineData("""{"type":"flatten"},{"type":"conv2d","filters":8,"kernel":3}""",
        "layer 2 'conv1' (conv2d): needs an input (height, width, channels), but its input is (784); put conv2d before flatten 'flatten1', whose input is "
            + "(28, 28, 1)")]
    [InlineData("""{"type":"globalavgpool2d"},{"type":"avgpool2d"}""",
        "layer 2 'avgpool1' (avgpool2d): needs an input (height, width, channels), but its input is (1); put avgpool2d before globalavgpool2d "
            + "'globalavgpool1', whose input is (28, 28, 1)")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"dilation":[2,1],"strides":[1,2]}""",
        "layer 1 'conv1' (conv2d): dilation 2x1 needs strides 1; they are 1x2")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"dilation":14}""",
        "layer 1 'conv1' (conv2d): kernel 3x3 with dilation 14x14 spans 29x29, which is larger than its input (28, 28, 1); padding 'same' would let it "
            + "reach over the border")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"dilation":[1,40000],"padding":"same"}""",
        "layer 1 'conv1' (conv2d): kernel 3x3 with dilation 1x40000 spans 3x80001; at most 65,536 are possible")]
    [InlineData("""{"type":"conv2d","filters":8,"kernel":3,"groups":2}""",
        "layer 1 'conv1' (conv2d): groups 2 must divide the channels of its input (28, 28, 1) and its 8 filters")]
    [InlineData("""{"type":"dropout","rate":1}""", "layer 1 'dropout1' (dropout): rate must be at least 0 and less than 1; it is 1")]
    [InlineData("""{"type":"dropout","rate":-0.1}""", "layer 1 'dropout1' (dropout): rate must be at least 0 and less than 1; it is -0.1")]
    [InlineData("""{"type":"dropout","rate":"0.5"}""", "layer 1 'dropout1' (dropout): rate must be a number; it is \"0.5\"")]
    [InlineData("""{"type":"dropout"}""", "layer 1 'dropout1' (dropout): property 'rate' is missing, for example \"rate\": 0.25")]
    [InlineData("""{"type":"Conv2d","filters":8}""",
        "layer 1: unknown layer 'Conv2d'; did you mean 'conv2d'?; docs/models.md lists the layers")]
    [InlineData("""{"type":"lstm"}""",
        "layer 1: unknown layer 'lstm'; docs/models.md lists the layers")]
    [InlineData("""{"filters":8}""", "layer 1: property 'type' is missing, for example \"type\": \"conv2d\"")]
    [InlineData("""{"type":7}""", "layer 1: type must be text; it is 7")]
    [InlineData("7", "layer 1: must be an object {...}; it is 7")]
    [InlineData("""{"type":"relu","name":"a"},{"type":"relu","name":"a"}""", "layer 2 'a' (relu): layer 1 has the same name; names must be unique")]
    [InlineData("""{"type":"relu","name":"a b"}""",
        "layer 1 'a b' (relu): name must be 1 to 64 letters, digits, '_', '-' or '.', the first a letter or a digit; it is 'a b'")]
    [InlineData("""{"type":"relu","name":"\n\u2028"}""",
        "layer 1 '??' (relu): name must be 1 to 64 letters, digits, '_', '-' or '.', the first a letter or a digit; it is '??'")]
    [InlineData("""{"type":"relu","name":null}""", "layer 1 (relu): name must be text; it is null")]
    [InlineData("""{"type":"flatten"},{"type":"dense","units":65536},{"type":"dense","units":65536}""",
        "layer 3 'dense2' (dense): 65,536 outputs from the input (65536) make 4,295,032,832 parameters after 51,445,760 of the layers before it; a model "
            + "has at most 500,000,000")]
    [InlineData("""{"type":"conv2d","filters":65536,"kernel":[55,55],"padding":"same"},{"type":"conv2d","filters":65536,"kernel":[55,55],"padding":"same"}""",
        "layer 2 'conv2' (conv2d): 65,536 outputs from the input (28, 28, 65536) make 12,992,276,135,936 parameters after 198,311,936 of the layers before "
            + "it; a model has at most 500,000,000")]
    public void Parse_of_a_wrong_layer_names_it_and_what_would_be_right(string layers, string expected)
    {
        string json = $$"""{"input":[28,28,1],"layers":[{{layers}},{{End}}]}""";

        Assert.Equal($"dir/cnn.json: {Choices.In(expected)}", Message(json));
    }

    [Theory]
    [InlineData("""{"input":[28,28,1],"layers":[]}""", "the model has no layers; give at least a dense layer")]
    [InlineData("""{"input":[28,28,1],"layers":{}}""", "layers must be a list [...]")]
    [InlineData("""{"input":[28,28,1]}""", "property 'layers' is missing, for example \"layers\": [...]")]
    [InlineData("""{"layers":[]}""", "property 'input' is missing, for example \"input\": [28, 28, 1]")]
    [InlineData("""{"input":[28,28],"layers":[]}""", "input must be 3 whole numbers such as [28, 28, 1]; it is [28,28]")]
    [InlineData("""{"input":[28,0,1],"layers":[]}""", "input width must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("""{"input":[65536,65536,65536],"layers":[]}""",
        "the input (65536, 65536, 65536) has 281,474,976,710,656 values a sample; at most 100,000,000 are possible")]
    [InlineData("""{"input":[28,28,1],"layer":[]}""", "unknown property 'layer'; known: name, input, layers; did you mean 'layers'?")]
    [InlineData("""{"name":"a/b","input":[28,28,1],"layers":[]}""",
        "name must be 1 to 64 letters, digits, '_', '-' or '.', the first a letter or a digit; it is 'a/b'")]
    [InlineData("[]", "must be an object {...}; it is []")]
    [InlineData("""{"input":[28,28,1],"layers":[{"type":"conv2d","filters":2,"kernel":1},{"type":"sigmoid"}]}""",
        "layer 2 'sigmoid1' (sigmoid): the model must end in a list of values, but ends with sigmoid and the output (28, 28, 2); put flatten and a dense layer "
            + "behind it")]
    [InlineData("""{"input":[28,28,1],"layers":[{"type":"flatten"},{"type":"dense","units":1,"activation":"softmax"}]}""",
        "layer 2 'dense1' (dense): a softmax at the end needs at least 2 classes, but its output is (1); give 2 units, or one with a sigmoid")]
    [InlineData("""{"input":[28,28,1],"layers":[{"type":"softmax"}]}""",
        "layer 1 'softmax1' (softmax): needs a flat input such as (10), but its input is (28, 28, 1); put flatten and dense before it")]
    [InlineData("""{"input":[28,28,1],"layers":[{"type":"flatten"},{"type":"softmax"}]}""", "the model has nothing to learn; add a conv2d or a dense layer")]
    [InlineData("""{"input":[9000,9000,1],"layers":[{"type":"conv2d","filters":2,"kernel":1}]}""",
        "layer 1 'conv1' (conv2d): from the input (9000, 9000, 1) it makes an output (9000, 9000, 2) of 162,000,000 values a sample; at most 100,000,000 "
            + "are possible")]
    public void Parse_of_a_wrong_model_says_what_would_be_right(string json, string expected) => Assert.Equal($"dir/cnn.json: {expected}", Message(json));

    [Theory]
    [InlineData("{\n  \"input\": [28, 28, 1],\n  \"layers\": [}\n}", "line 3, column 14: not valid JSON: '}' is an invalid start of a value")]
    [InlineData("{\r\n\"é\": tru}", "line 2, column 9: not valid JSON: 'tru}' is an invalid JSON literal. Expected the literal 'true'")]
    [InlineData("{\"input\": [28, 28, 1],}",
        "line 1, column 23: not valid JSON: The JSON object contains a trailing comma at the end which is not supported in this mode")]
    [InlineData("{\n// the input\n\"input\": 1}",
        "line 2, column 1: not valid JSON: '/' is invalid after a value. Expected either ',', '}', or ']' (JSON has no comments)")]
    [InlineData("{\"name\":\n \"\\ud800\"}", "line 2, column 2: not valid JSON: the text has half of a surrogate pair (\\ud800 to \\udfff)")]
    [InlineData("[trux, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]",
        "line 1, column 5: not valid JSON: 'trux, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ...' is an invalid JSON literal. Expected the literal 'true'")]
    [InlineData(" \n", "is empty; expected {\"input\": [28, 28, 1], \"layers\": [...]}")]
    public void Parse_of_a_syntax_error_says_line_and_column_from_1(string json, string expected) => Assert.Equal($"dir/cnn.json: {expected}", Message(json));

    [Fact]
    public void Parse_of_deep_nesting_is_a_syntax_error()
    {
        string message = Message(new string('[', 100_000));

        Assert.Equal("dir/cnn.json: line 1, column 65: not valid JSON: The maximum configured depth of 64 has been exceeded", message);
    }

    [Fact]
    public void Parse_of_a_huge_text_is_refused() =>
        Assert.Equal("dir/cnn.json: is larger than 4,194,304 bytes; a model is a short JSON text", Message(new string(' ', (4 << 20) + 1)));

    [Fact]
    public void Parse_of_too_many_layers_is_refused()
    {
        string layers = string.Join(',', Enumerable.Repeat("""{"type":"relu"}""", 1_001));

        Assert.Equal("dir/cnn.json: the model has 1,001 layers; at most 1,000 are possible", Message($$"""{"input":[28,28,1],"layers":[{{layers}}]}"""));
    }

    [Fact]
    public void Parse_of_long_foreign_text_quotes_only_its_beginning()
    {
        string message = Message($$"""{"input":[28,28,1],"layers":[{"type":"{{new string('x', 100_000)}}"}]}""");

        Assert.Equal($"dir/cnn.json: layer 1: unknown layer '{new string('x', 45)}...'; docs/models.md lists the layers", message);
    }

    [Fact]
    public void Infer_of_a_model_made_in_code_names_the_model()
    {
        InitializerSpec zeros = new("zeros");
        ModelSpec model = new("by-hand", new TensorShape(4, 4, 1), [new DenseSpec("out", 2, Activation.Softmax, zeros, zeros)]);

        InvalidInputException error = Assert.Throws<InvalidInputException>(model.Infer);
        Assert.Equal(
            "model 'by-hand': layer 1 'out' (dense): needs a flat input such as (16), but its input is (4, 4, 1); put a flatten layer before it",
                error.Message);
    }

    [Fact]
    public void Infer_of_settings_an_initializer_has_not_is_refused()
    {
        ModelSpec model = new(
            "by-hand",
            new TensorShape(4, 4, 1),
            [new FlattenSpec("flat"), new DenseSpec("out", 2, Activation.Softmax, new InitializerSpec("zeros", Value: 1f), new InitializerSpec("zeros"))]);

        InvalidInputException error = Assert.Throws<InvalidInputException>(model.Infer);
        Assert.Equal("model 'by-hand': layer 2 'out' (dense): kernelInitializer 'zeros' has no setting value", error.Message);
    }

    private static string Message(string json) => Assert.Throws<InvalidInputException>(() => ModelSpec.Parse(json, "dir/cnn.json")).Message;
}
