using DistConv.Core.Layers;
using DistConv.Core.Layers.Concatenate;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>How merges are written, and what they take.</summary>
public sealed class MergeSpecTests
{
    /// <summary>Two convolutions of an image of 6 × 5 × 3 with 4 filters, a gate of 1 × 1 × 4, two lists of 7, and a merge of some.</summary>
    private const string Before =
        """
        {"type":"conv2d","name":"a","filters":4,"kernel":1},
        {"type":"conv2d","name":"b","inputs":["input"],"filters":4,"kernel":1},
        {"type":"conv2d","name":"narrow","inputs":["input"],"filters":2,"kernel":1},
        {"type":"avgpool2d","name":"gate","inputs":["a"],"pool":[6,5]},
        {"type":"avgpool2d","name":"small","inputs":["a"],"pool":2},
        {"type":"flatten","name":"f","inputs":["a"]},
        {"type":"dense","name":"c","units":7},
        {"type":"dense","name":"d","inputs":["f"],"units":7},
        {"type":"dense","name":"e","inputs":["f"],"units":3},
        """;

    private static readonly string[] _names = ["b", "narrow", "gate", "small", "c", "d", "e"];

    [Theory]
    [InlineData("Multiply", "multiply", "\"a\",\"b\"", "(6, 5, 4)")]
    [InlineData("Multiply", "multiply", "\"a\",\"gate\"", "(6, 5, 4)")]
    [InlineData("Multiply", "multiply", "\"gate\",\"a\",\"b\"", "(6, 5, 4)")]
    [InlineData("Multiply", "multiply", "\"gate\",\"gate\"", "(1, 1, 4)")]
    [InlineData("Average", "average", "\"a\",\"b\",\"a\"", "(6, 5, 4)")]
    [InlineData("Maximum", "maximum", "\"c\",\"d\"", "(7)")]
    [InlineData("Minimum", "minimum", "\"c\",\"d\"", "(7)")]
    [InlineData("Subtract", "subtract", "\"c\",\"d\"", "(7)")]
    [InlineData("Concatenate", "concatenate", "\"a\",\"narrow\",\"b\"", "(6, 5, 10)")]
    [InlineData("Concatenate", "concatenate", "\"c\",\"e\"", "(10)")]
    public void Parse_ofAMerge_readsBothNamesAndGivesItsShape(string keras, string type, string inputs, string output)
    {
        ModelSpec model = Parse($$"""{"type":"{{keras}}","name":"m","inputs":[{{inputs}}]}""", inputs);
        Assert.Equal(model, Parse($$"""{"type":"{{type}}","name":"m","inputs":[{{inputs}}]}""", inputs));
        Assert.Equal(model, Parse($$$"""{"class_name":"{{{keras}}}","config":{"name":"m","inputs":[{{{inputs}}}],"dtype":"float32"}}""", inputs));
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        LayerPlan merge = model.Infer().Layers.Single(layer => layer.Layer.Name == "m");
        Assert.Equal((output, 0L, type), (merge.Output.ToString(), merge.Parameters, merge.Layer.Type));
        Assert.Contains($"{{\"type\":\"{type}\",\"name\":\"m\",\"inputs\":[{inputs}]}}", model.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a\",\"b\"", "-1", -1)]
    [InlineData("\"a\",\"b\"", "3", -1)]
    [InlineData("\"c\",\"d\"", "-1", -1)]
    [InlineData("\"c\",\"d\"", "1", 1)]
    public void Parse_ofAnAxis_isTheLast(string inputs, string axis, int expected)
    {
        ModelSpec model = Parse($$$"""{"class_name":"Concatenate","config":{"name":"m","inputs":[{{{inputs}}}],"axis":{{{axis}}}}}""", inputs);
        ConcatenateSpec layer = Assert.IsType<ConcatenateSpec>(model.Layers.Single(layer => layer.Name == "m"));
        Assert.Equal(expected, layer.Axis);
        Assert.Equal(expected == 1, model.ToJson().Contains("\"axis\"", StringComparison.Ordinal));
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
    }

    [Theory]
    [InlineData("concatenate", "\"a\",\"b\"", ",\"axis\":1",
        "axis 1 of images is their height, and only their channels can be concatenated (axis -1 or 3); its inputs are such as (6, 5, 4)")]
    [InlineData("concatenate", "\"a\",\"b\"", ",\"axis\":2", "axis must be -1 or 3 (the channels of images), or -1 or 1 (flat inputs); it is 2")]
    [InlineData("concatenate", "\"a\",\"b\"", ",\"axis\":\"x\"", "axis must be -1 or 3 (the channels of images), or -1 or 1 (flat inputs); it is \"x\"")]
    [InlineData("concatenate", "\"a\",\"small\"", "",
        "its inputs must have one height and width, or all be flat, but 'a' gives (6, 5, 4) and 'small' gives (3, 2, 4)")]
    [InlineData("concatenate", "\"gate\",\"c\"", "", "its inputs must have one height and width, or all be flat, but 'gate' gives (1, 1, 4) and 'c' gives (7)")]
    [InlineData("concatenate", "\"a\"", "", "concatenate takes at least 2 inputs; it has 1")]
    [InlineData("multiply", "\"a\",\"narrow\"", "", "its inputs must have one shape, or be (1, 1, 4), but 'a' gives (6, 5, 4) and 'narrow' gives (6, 5, 2)")]
    [InlineData("multiply", "\"gate\",\"narrow\"", "",
        "its inputs must have one shape, or be (1, 1, 2), but 'gate' gives (1, 1, 4) and 'narrow' gives (6, 5, 2)")]
    [InlineData("multiply", "\"a\",\"c\"", "", "its inputs must have one shape, but 'a' gives (6, 5, 4) and 'c' gives (7)")]
    [InlineData("multiply", "\"c\",\"a\"", "", "its inputs must have one shape, but 'c' gives (7) and 'a' gives (6, 5, 4)")]
    [InlineData("average", "\"a\",\"b\",\"small\"", "", "its inputs must have one shape, but 'a' gives (6, 5, 4) and 'small' gives (3, 2, 4)")]
    [InlineData("maximum", "\"c\",\"e\"", "", "its inputs must have one shape, but 'c' gives (7) and 'e' gives (3)")]
    [InlineData("minimum", "\"a\",\"gate\"", "", "its inputs must have one shape, but 'a' gives (6, 5, 4) and 'gate' gives (1, 1, 4)")]
    [InlineData("subtract", "\"a\",\"b\",\"a\"", "", "subtract takes exactly 2 inputs; it has 3")]
    [InlineData("subtract", "\"a\"", "", "subtract takes exactly 2 inputs; it has 1")]
    public void Parse_ofWrongInputs_saysWhatIsWrong(string type, string inputs, string axis, string expected)
    {
        string message = Assert.Throws<InvalidInputException>(
            () => Parse($$"""{"type":"{{type}}","name":"m","inputs":[{{inputs}}]{{axis}}}""", inputs)).Message;
        Assert.StartsWith("m.json: layer 10 'm' (", message, StringComparison.Ordinal);
        Assert.EndsWith($"): {expected}", message, StringComparison.Ordinal);
    }

    /// <summary>What nothing reads goes into the classes.</summary>
    private static ModelSpec Parse(string merge, string inputs)
    {
        string[] unread = [.. _names.Where(name => !inputs.Contains($"\"{name}\"", StringComparison.Ordinal))];
        IEnumerable<string> flats = unread.Append("m").Select(name => $$"""{"type":"flatten","name":"{{name}}-f","inputs":["{{name}}"]},""");
        string names = string.Join(",", unread.Append("m").Select(name => $"\"{name}-f\""));
        return ModelSpec.Parse(
            $$"""
            {"input":[6,5,3],"layers":[{{Before}}{{merge}},{{string.Concat(flats)}}{"type":"concatenate","name":"all","inputs":[{{names}},"f"]},
             {"type":"dense","units":2,"activation":"softmax"}]}
            """,
            "m.json");
    }
}
