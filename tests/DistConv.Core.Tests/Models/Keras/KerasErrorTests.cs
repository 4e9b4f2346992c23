using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

public sealed class KerasErrorTests
{
    private const string ConvKnown =
        "type, name, inputs, filters, kernel, strides, padding, dilation, groups, activation, "
            + "kernelInitializer, biasInitializer, useBias (or as Keras spells them)";

    // Each: the settings of a first layer Conv2D 'c' on an input of 28x28x1, and the message after the file's name and "layer 1 'c' (Conv2D): ".
    [Theory]
    [InlineData("""{"filters":8,"kernel_sise":3}""", $"unknown property 'kernel_sise'; known: {ConvKnown}; did you mean 'kernel_size'?")]
    [InlineData("""{"nb_filters":8,"nb_row":3,"nb_col":3}""", $"unknown property 'nb_filters'; known: {ConvKnown}; did you mean 'nb_filter'?")]
    [InlineData("""{"filters":8,"kernel_size":3,"depth":1}""", $"unknown property 'depth'; known: {ConvKnown}")]
    [InlineData("""{"filters":8,"kernel_size":0}""", "kernel_size must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("""{"nb_filter":-8,"kernel_size":3}""", "nb_filter must be a whole number from 1 to 65,536; it is -8")]
    [InlineData("""{"filters":8,"nb_row":3}""", "property 'nb_col' is missing, for example \"nb_col\": 3")]
    [InlineData("""{"filters":8,"nb_row":3,"nb_col":3,"kernel_size":3}""", "'nb_row' and 'kernel_size' say the same; keep one")]
    [InlineData("""{"filters":8,"nb_filter":8,"kernel_size":3}""", "'filters' and 'nb_filter' say the same; keep one")]
    [InlineData("""{"filters":8,"kernel_size":3,"border_mode":"full"}""", "border_mode 'full' is unknown; known: valid, same")]
    [InlineData("""{"filters":8,"kernel_size":3,"activation":"tanhh"}""", "activation 'tanhh' is unknown; known: {activations}; did you mean 'tanh'?")]
    [InlineData("""{"filters":8,"kernel_size":3,"dim_ordering":"theano"}""",
        "dim_ordering must be \"tf\" (channels last) or \"th\" (channels first); it is \"theano\"")]
    [InlineData("""{"filters":8,"kernel_size":3,"data_format":"NCHW"}""", "data_format must be \"channels_last\" or \"channels_first\"; it is \"NCHW\"")]
    [InlineData("""{"filters":8,"kernel_size":3,"dilation_rate":[2,0]}""", "dilation_rate must be a whole number from 1 to 65,536; it is 0")]
    [InlineData("""{"filters":8,"kernel_size":3,"groups":null}""", "groups must be a whole number from 1 to 65,536; it is null")]
    [InlineData("""{"filters":8,"kernel_size":3,"kernel_regularizer":0.01}""",
        "kernel_regularizer must be null or a regularizer such as {\"class_name\": \"L2\", ...}; it is 0.01")]
    [InlineData("""{"filters":8,"kernel_size":3,"b_constraint":[2]}""",
        "b_constraint must be null or a constraint such as {\"class_name\": \"MaxNorm\", ...}; it is [2]")]
    [InlineData("""{"filters":8,"kernel_size":3,"trainable":0}""", "trainable must be true or false; it is 0")]
    [InlineData("""{"filters":8,"kernel_size":3,"dtype":"float16"}""", "dtype must be \"float32\" (nothing else is supported); it is \"float16\"")]
    [InlineData("""{"filters":8,"kernel_size":3,"dtype":{"class_name":"DTypePolicy","config":{"name":"mixed_float16"}}}""",
        "dtype must be \"float32\" (nothing else is supported); it is an object {...}")]
    [InlineData("""{"filters":8,"kernel_size":3,"use_bias":1}""", "use_bias must be true or false; it is 1")]
    [InlineData("""{"filters":8,"kernel_size":3,"init":"glorot"}""",
        "init 'glorot' is unknown; known: glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal, random_uniform, random_normal, "
            + "zeros, ones, constant; did you mean 'glorot_uniform'?")]
    [InlineData("""{"filters":8,"kernel_size":3,"kernel_initializer":{"class_name":"Orthogonal","config":{}}}""",
        "kernel_initializer: class_name 'Orthogonal' is unknown; known: GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, "
            + "RandomUniform, RandomNormal, Zeros, Ones, Constant, VarianceScaling")]
    [InlineData("""{"filters":8,"kernel_size":3,"kernel_initializer":{"class_name":"HeNormal","config":{"scale":2}}}""",
        "kernel_initializer: config: unknown property 'scale'; known: seed")]
    [InlineData("""{"filters":8,"kernel_size":3,"kernel_initializer":{"class_name":"VarianceScaling","config":{"scale":3,"mode":"fan_out"}}}""",
        "kernel_initializer: VarianceScaling with scale 3, mode 'fan_out', distribution 'truncated_normal' is not supported; supported: scale 1 with "
            + "fan_avg (glorot), scale 2 with fan_in (he), scale 1 with fan_in (lecun), each as uniform or truncated_normal")]
    [InlineData("""{"filters":8,"kernel_size":3,"batch_input_shape":[null,2,28,28]}""",
        "batch_input_shape is (2, 28, 28), but the model's input is (28, 28, 1); they must be the same")]
    [InlineData("""{"filters":8,"kernel_size":3,"input_shape":[28,28]}""",
        "input_shape must be height, width and channels of an image, \"input_shape\": [28, 28, 1] (for a dense network put Flatten first); it is [28,28]")]
    [InlineData("""{"filters":8,"kernel_size":3,"batch_input_shape":[null,null,28,1]}""",
        "batch_input_shape must be height, width and channels of an image, \"batch_input_shape\": [null, 28, 28, 1] (for a dense network put Flatten "
            + "first); it is [null,null,28,1]")]
    [InlineData("""{"filters":8,"kernel_size":3,"batch_input_shape":[null,null,null,1]}""",
        "batch_input_shape is (224, 224, 1), but the model's input is (28, 28, 1); they must be the same")]
    public void Parse_of_a_wrong_setting_names_layer_and_key(string config, string expected)
    {
        string named = "{\"name\":\"c\"," + config[1..];
        foreach (string layer in (string[])[$$"""{"class_name":"Conv2D","config":{{named}}}""", "{\"type\":\"Conv2D\"," + named[1..]])
            Assert.Equal($"m.json: layer 1 'c' (Conv2D): {Choices.In(expected)}", Message($$"""{"input":[28,28,1],"layers":[{{layer}}]}"""));
    }

    [Theory]
    [InlineData("""{"type":"MaxPoling2D"}""",
        "layer 1: unknown layer 'MaxPoling2D'; did you mean 'MaxPooling2D'?; docs/models.md lists the layers")]
    [InlineData("""{"type":"LSTM"}""", "layer 1: unknown layer 'LSTM'; docs/models.md lists the layers")]
    [InlineData("""{"class_name":"RandomHeight","config":{"name":"h","factor":0.2}}""",
        "layer 1 'h' (RandomHeight): changes the size of pictures in training, which is fixed here; leave it out, or use RandomZoom, which has one factor for "
            + "heights and one for widths")]
    [InlineData("""{"class_name":"Lambda","config":{"name":"half"}}""",
        "layer 1 'half' (Lambda): is Python code, which is not run here; use a layer instead, such as Rescaling for arithmetic with numbers")]
    [InlineData("""{"class_name":"Conv2D","config":7}""", "layer 1 (Conv2D): config: must be an object {...}; it is 7")]
    [InlineData("""{"class_name":"Conv2D"}""", "layer 1: property 'config' is missing, for example \"config\": {...}")]
    [InlineData("""{"class_name":"Conv2D","config":{},"registered_name":"my>Conv2D"}""",
        "layer 1: registered_name must be null or \"Conv2D\" (classes of your own are not supported); it is \"my>Conv2D\"")]
    [InlineData("""{"type":"Flatten"},{"type":"InputLayer"}""",
        "layer 2 (InputLayer): must be the first layer, and the only one of its kind: a model has one input")]
    [InlineData("""{"type":"Activation"}""", "layer 1 (Activation): property 'activation' is missing, for example \"activation\": \"relu\"")]
    [InlineData("""{"type":"Activation","activation":"eluu"}""",
        "layer 1 (Activation): activation 'eluu' is unknown; known: {activations}; did you mean 'elu'?")]
    [InlineData("""{"type":"ReLU","max_value":-6.0}""", "layer 1 (ReLU): max_value must be a number above 0, or null for none; it is -6.0")]
    [InlineData("""{"type":"ReLU","negative_slope":"a"}""", "layer 1 (ReLU): negative_slope must be a number; it is \"a\"")]
    [InlineData("""{"type":"ELU","alfa":1.0}""", "layer 1 'elu1' (ELU): unknown property 'alfa'; known: type, name, inputs, alpha (or as Keras spells "
        + "them)")]
    [InlineData("""{"type":"Conv2D","filters":1,"kernel_size":3},{"type":"Activation","activation":"relu"},{"type":"Dense","units":2,"activation":"softmax"}""",
        "layer 3 'dense1' (dense): needs a flat input such as (676), but its input is (26, 26, 1); put a flatten layer before it")]
    public void Parse_of_wrong_layers_says_which_in_the_text(string layers, string expected) =>
        Assert.Equal($"m.json: {Choices.In(expected)}", Message($$"""{"input":[28,28,1],"layers":[{{layers}}]}"""));

    [Theory]
    [InlineData("""{"class_name":"Functional","config":{"layers":[]}}""",
        "the model has 0 inputs; a model here takes one image")]
    [InlineData("""{"class_name":"Model","config":{"layers":[]},"keras_version":"1.2.2"}""",
        "the model has 0 inputs; a model here takes one image")]
    [InlineData("""{"class_name":"Dense","config":{}}""",
        "class_name 'Dense' is no model; a Keras model here is \"class_name\": \"Sequential\" or \"Functional\"")]
    [InlineData("""{"class_name":"Sequential","config":7}""", "config: must be an object {...}; it is 7")]
    [InlineData("""{"class_name":"Sequential","config":[]}""",
        "the input's shape is missing: give the first layer \"input_shape\": [28, 28, 1], or build the model in Keras before to_json()")]
    [InlineData("""{"class_name":"Sequential","config":[],"weights":1}""",
        "unknown property 'weights'; known: class_name, config, module, registered_name, build_config, shared_object_id, inbound_nodes, name, "
            + "keras_version, backend, compile_config")]
    [InlineData("""{"class_name":"Sequential","config":[{"class_name":"Dense","config":{"units":2,"input_dim":784}}]}""",
        "layer 1 'dense1' (Dense): input_dim must be height, width and channels of an image, \"input_shape\": [28, 28, 1] (for a dense network put Flatten "
            + "first); it is 784")]
    [InlineData("\"{\\\"class_name\\\": \\\"Sequential\\\"}\"",
        "property 'config' is missing, for example \"config\": {...}")]
    [InlineData("{'class_name': 'Sequential'}",
        "line 1, column 2: not valid JSON: ''' is an invalid start of a property name. Expected a '\"' (this is Python; in JSON: \"text\", true, false, "
            + "null, [2, 2]; model.to_json() writes it)")]
    [InlineData("{\"bias\": True}",
        "line 1, column 10: not valid JSON: 'T' is an invalid start of a value (this is Python; in JSON: \"text\", true, false, null, [2, 2]; "
            + "model.to_json() writes it)")]
    [InlineData("{\"pool_size\": (2, 2)}",
        "line 1, column 15: not valid JSON: '(' is an invalid start of a value (this is Python; in JSON: \"text\", true, false, null, [2, 2]; "
            + "model.to_json() writes it)")]
    public void Parse_of_what_is_no_Sequential_model_says_what_it_is(string json, string expected) => Assert.Equal($"m.json: {expected}", Message(json));

    private static string Message(string json) => Assert.Throws<InvalidInputException>(() => ModelSpec.Parse(json, "m.json")).Message;
}
