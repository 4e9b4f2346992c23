using System.Diagnostics;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>Functional models and models inside models, in the ways that each generation of Keras writes references.</summary>
public sealed class KerasGraphTests
{
    private const string Conv = "\"filters\":4,\"kernel_size\":3,\"padding\":\"same\"";
    private const string End = "\"units\":3,\"activation\":\"softmax\"";

    /// <summary>The layers of a residual network: each with its settings and what it reads.</summary>
    private static readonly (string Class, string Name, string Config, string[] Reads)[] _residual =
    [
        ("InputLayer", "image", "\"batch_input_shape\":[null,8,8,1]", []),
        ("Conv2D", "a", Conv, ["image"]),
        ("Activation", "a_relu", "\"activation\":\"relu\"", ["a"]),
        ("Conv2D", "b", Conv, ["a_relu"]),
        ("Add", "sum", "", ["a_relu", "b"]),
        ("Flatten", "flat", "", ["sum"]),
        ("Dense", "out", End, ["flat"]),
    ];

    [Theory]
    [InlineData("Functional", 2)]
    [InlineData("Model", 1)]
    [InlineData("Functional", 3)]
    public void Parse_of_a_graph_in_any_generation_is_the_same_model(string className, int generation)
    {
        ModelSpec model = ModelSpec.Parse(Graph(className, generation, _residual), "m.json");

        Assert.Equal(["a", "b", "sum", "flat", "out"], model.Layers.Select(layer => layer.Name));
        Assert.Equal([0, 0, 2, 0, 0], model.Layers.Select(layer => layer.Inputs.Names.Count));
        Assert.Equal(["a", "b"], model.Layers[2].Inputs.Names);
        Assert.Contains("\"name\":\"a\",\"filters\":4,\"kernel\":[3,3],\"strides\":[1,1],\"padding\":\"same\",\"activation\":\"relu\"", model.ToJson(),
            StringComparison.Ordinal);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "again"));
    }

    [Fact]
    public void Parse_of_layers_in_another_order_is_the_same_model()
    {
        ModelSpec model = ModelSpec.Parse(Graph("Functional", 2, _residual), "m.json");
        ModelSpec turned = ModelSpec.Parse(Graph("Functional", 2, [.. _residual.Reverse()], "image", "out"), "m.json");

        Assert.Equal(model, turned);
    }

    [Fact]
    public void Parse_of_an_activation_beside_another_reader_keeps_it_apart()
    {
        (string, string, string, string[])[] layers = [.. _residual];
        layers[4] = ("Add", "sum", "", ["a", "b"]);

        ModelSpec model = ModelSpec.Parse(Graph("Functional", 2, layers), "m.json");

        Assert.Equal(["a", "a_relu", "b", "sum", "flat", "out"], model.Layers.Select(layer => layer.Name));
        Assert.Equal(["a", "b"], model.Layers[3].Inputs.Names);
    }

    [Theory]
    [InlineData("""[["in",0,0]]""", """[["out",0,0]]""")]
    [InlineData("""["in",0,0]""", """["out",0,0]""")]
    [InlineData("""{"image":["in",0,0]}""", """{"classes":["out",0,0]}""")]
    public void Parse_of_input_and_output_layers_in_any_form_finds_them(string inputs, string outputs)
    {
        string layers = $$"""
            {"class_name":"InputLayer","name":"in","config":{"batch_shape":[null,4,4,1]},"inbound_nodes":[]},
            {"class_name":"Flatten","name":"flat","config":{},"inbound_nodes":[[["in",0,0,{}]]]},
            {"class_name":"Dense","name":"out","config":{{{End}}},"inbound_nodes":[["flat",0,0,{"training":false}]]}
            """;
        ModelSpec model = ModelSpec.Parse(Model("Functional", layers, inputs, outputs), "m.json");

        Assert.Equal((new TensorShape(4, 4, 1), 2), (model.Input, model.Layers.Count));
    }

    [Theory]
    [InlineData(2, 1, 1)] // Keras 1 and 2 count the definition of a model as its first call.
    [InlineData(3, 0, 1)] // Keras 3 does so in output_layers only.
    [InlineData(3, 0, 0)]
    public void Parse_of_models_inside_a_model_puts_their_layers_in_their_places(int generation, int reference, int output)
    {
        string inner = Graph("Functional", generation, [
            ("InputLayer", "inner_in", "\"batch_input_shape\":[null,4,4,1]", []), ("Conv2D", "c", Conv, ["inner_in"])])[..^1]
            + ",\"name\":\"body\",\"inbound_nodes\":[" + Node(generation, "in", 0) + "]}";
        string head = """{"class_name":"Sequential","config":{"name":"head","trainable":false,"layers":[{"class_name":"Flatten","config":{"name":"f"}},"""
            + "{\"class_name\":\"Dense\",\"config\":{\"name\":\"d\"," + End + "}}]},"
            + "\"name\":\"head\",\"inbound_nodes\":[" + Node(generation, "body", reference) + "]}";
        string layers = """{"class_name":"InputLayer","name":"in","config":{"batch_shape":[null,4,4,1]},"inbound_nodes":[]},""" + inner + "," + head;

        ModelReading reading = ModelReading.Parse(Model("Functional", layers, """[["in",0,0]]""", $"[[\"head\",{output},0]]", generation), "m.json");

        Assert.Equal(["body.c", "head.f", "head.d"], reading.Model.Layers.Select(layer => layer.Name));
        Assert.Equal(["head", "d"], reading.Origin!.Layers[2].Path);
        Assert.Equal([false, true, true], reading.Origin.Layers.Select(layer => layer.IsFrozen));
    }

    [Fact]
    public void Parse_of_a_layer_that_is_called_twice_copies_it_only_if_it_learns_nothing()
    {
        string twice(string layer) => Model("Functional", $$"""
            {"class_name":"InputLayer","name":"in","config":{"batch_input_shape":[null,4,4,4]},"inbound_nodes":[]},
            {"class_name":"Conv2D","name":"a","config":{"filters":4,"kernel_size":1},"inbound_nodes":[[["in",0,0,{}]]]},
            {{layer}},
            {"class_name":"Add","name":"sum","config":{},"inbound_nodes":[[["x",0,0,{}],["x",1,0,{}]]]},
            {"class_name":"Flatten","name":"f","config":{},"inbound_nodes":[[["sum",0,0,{}]]]},
            {"class_name":"Dense","name":"d","config":{{{End}}},"inbound_nodes":[[["f",0,0,{}]]]}
            """, """[["in",0,0]]""", """[["d",0,0]]""");
        const string Calls = "\"inbound_nodes\":[[[\"in\",0,0,{}]],[[\"a\",0,0,{}]]]}";

        ModelSpec model = ModelSpec.Parse(twice("{\"class_name\":\"MaxPooling2D\",\"name\":\"x\",\"config\":{\"name\":\"x\"}," + Calls), "m.json");
        Assert.Equal(["a", "x", "x_2", "sum", "f", "d"], model.Layers.Select(layer => layer.Name).Order(Comparer<string>.Create(
            (one, other) => model.Layers.ToList().FindIndex(l => l.Name == one) - model.Layers.ToList().FindIndex(l => l.Name == other))));
        Assert.Equal(["x", "x_2"], model.Layers.Single(layer => layer.Name == "sum").Inputs.Names);
        Assert.Equal(
            "m.json: layer 4 'x_2' (conv2d): is called several times with the same weights; layers that share weights are not supported: give each call a "
            + "layer of its own",
            Message(twice("{\"class_name\":\"Conv2D\",\"name\":\"x\",\"config\":{\"name\":\"x\",\"filters\":4,\"kernel_size\":1}," + Calls)));
    }

    [Theory]
    [InlineData("a", "b", "m.json: layer 'a' (ReLU): it reads layers that wait for it: the inputs of layers form a circle")]
    [InlineData("a", "imagee", "m.json: layer 'a' (ReLU): inbound_nodes names 'imagee', and no layer is called so; did you mean 'image'?")]
    [InlineData("b", "image", "m.json: layer 3 'b' (ReLU): layer 2 has the same name; names must be unique")]
    public void Parse_of_a_wrong_graph_names_the_layer(string first, string reads, string expected) =>
        Assert.Equal(expected, Message(Graph("Functional", 2, [
            _residual[0], ("ReLU", first, "", [reads]), ("ReLU", "b", "", ["a"]), ("Flatten", "f", "", ["b"]), ("Dense", "out", End, ["f"])])));

    [Theory]
    [InlineData("""[["in",0,0],["in2",0,0]]""", """[["d",0,0]]""", "m.json: the model has 2 inputs: 'in', 'in2'; a model here takes one image")]
    [InlineData("""[["in",0,0]]""", """[["d",0,0],["f",0,0]]""", "m.json: the model has 2 outputs: 'd', 'f'; a model here has one")]
    [InlineData("""[["in",0,0]]""", """[["d",1,0]]""", "m.json: output_layers names call 1 of 'd', which is called 1 times (counted from 0)")]
    [InlineData("""[["in",0,0]]""", """[["d",0,1]]""", "m.json: reads output 1 of 'd'; layers here have one, numbered 0")]
    [InlineData("""[["in",0,0]]""", """[["e",0,0]]""", "m.json: output_layers names 'e', and no layer is called so")]
    public void Parse_of_a_model_with_other_inputs_or_outputs_names_them(string inputs, string outputs, string expected) =>
        Assert.Equal(expected, Message(Model("Functional", $$"""
            {"class_name":"InputLayer","name":"in","config":{"batch_input_shape":[null,4,4,1]},"inbound_nodes":[]},
            {"class_name":"Flatten","name":"f","config":{},"inbound_nodes":[[["in",0,0,{}]]]},
            {"class_name":"Dense","name":"d","config":{{{End}}},"inbound_nodes":[[["f",0,0,{}]]]}
            """, inputs, outputs)));

    [Fact]
    public void Parse_lists_all_problems_at_once()
    {
        string message = Message("""
            {"class_name":"Sequential","config":[
              {"class_name":"LSTM","config":{"name":"l","batch_input_shape":[null,8,8,1]}},
              {"class_name":"Conv2D","config":{"name":"c","filters":0,"kernel_size":3}},
              {"class_name":"Lambda","config":{"name":"half"}},
              {"class_name":"GRU","config":{"name":"g"}}]}
            """);

        Assert.Equal(
            "m.json: 4 problems: layer 1 'l': unknown layer 'LSTM'; layer 2 'c' (Conv2D): filters must be a whole number from 1 to 65,536; it is 0; layer 3 "
            + "'half' (Lambda): is Python code, which is not run here; use a layer instead, such as Rescaling for arithmetic with numbers; layer 4 'g': "
            + "unknown layer 'GRU'; docs/models.md lists the layers",
            message);
    }

    [Fact]
    public void Parse_of_bombs_refuses_them_at_once()
    {
        Stopwatch time = Stopwatch.StartNew();
        string nodes = string.Join(',', Enumerable.Repeat("[[[\"in\",0,0]]]", 100_000));
        Assert.Contains("is called", Message(Model("Functional", $$"""
            {"class_name":"InputLayer","name":"in","config":{},"inbound_nodes":[]},{"class_name":"ReLU","name":"r","config":{},"inbound_nodes":[{{nodes}}]}
            """, """[["in",0,0]]""", """[["r",0,0]]""")), StringComparison.Ordinal);
        Assert.Contains("layers", Message($$"""{"class_name":"Sequential","config":[{{string.Join(',', Enumerable.Repeat("{}", 1_000_000))}}]}"""),
            StringComparison.Ordinal);
        Assert.Contains("depth of 64", Message(string.Concat(Enumerable.Repeat("{\"class_name\":\"Sequential\",\"config\":[", 100_000))),
            StringComparison.Ordinal);
        string twice = """{"class_name":"Flatten","config":{}}""";
        for (int level = 0; level < 12; level++) twice = $$"""{"class_name":"Sequential","config":[{{twice}},{{twice}}]}""";
        Assert.Contains("at most", Message(twice), StringComparison.Ordinal);
        Assert.True(time.Elapsed < TimeSpan.FromMinutes(1));
    }

    private static string Message(string json) => Assert.Throws<InvalidInputException>(() => ModelSpec.Parse(json, "m.json")).Message;

    private static string Graph(string className, int generation, (string Class, string Name, string Config, string[] Reads)[] layers) =>
        Graph(className, generation, layers, layers[0].Name, layers[^1].Name);

    private static string Graph(
        string className, int generation, (string Class, string Name, string Config, string[] Reads)[] layers, string input, string output) =>
        Model(className, string.Join(',', layers.Select(layer =>
        {
            string nodes = layer.Reads.Length == 0 ? "" : generation == 3
                ? $$"""{"args":[[{{string.Join(',', layer.Reads.Select(Tensor))}}]],"kwargs":{} }"""
                : $"[{string.Join(',', layer.Reads.Select(name => $"[\"{name}\",0,0{(generation == 2 ? ",{}" : "")}]"))}]";
            string settings = $"{{{layer.Config}}}";
            return $$"""{"class_name":"{{layer.Class}}","name":"{{layer.Name}}","config":{{settings}},"inbound_nodes":[{{nodes}}]}""";
        })), $"[[\"{input}\",0,0]]", $"[[\"{output}\",0,0]]", generation);

    private static string Node(int generation, string name, int call) => generation == 3
        ? $$$"""{"args":[{"class_name":"__keras_tensor__","config":{"keras_history":["{{{name}}}",{{{call}}},0]}}],"kwargs":{"training":false}}"""
        : $"[[\"{name}\",{call},0,{{}}]]";

    private static string Tensor(string name) =>
        $$$"""{"class_name":"__keras_tensor__","config":{"shape":[null,8,8,4],"dtype":"float32","keras_history":["{{{name}}}",0,0]}}""";

    private static string Model(string className, string layers, string inputs, string outputs, int generation = 2)
    {
        string version = generation == 3 ? "\"module\":\"keras\",\"registered_name\":null" : $"\"keras_version\":\"{generation}.2.0\"";
        string config = $$"""{"name":"model_1","layers":[{{layers}}],"input_layers":{{inputs}},"output_layers":{{outputs}}}""";
        return $$"""{"class_name":"{{className}}","config":{{config}},{{version}}}""";
    }
}
