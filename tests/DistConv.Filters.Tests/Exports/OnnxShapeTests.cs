using System.Text.Json.Nodes;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Filters.Tests.Exports;

/// <summary>ONNX Runtime computes what we compute where layers change shapes: its images are channels first, ours channels last.</summary>
public sealed class OnnxShapeTests
{
    private const string End = """{"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}""";

    /// <summary>24 values each: of images of 2 × 4 × 3, and of one of 2 × 2 × 6.</summary>
    private const string Lists =
        """
        {"type": "flatten", "name": "fa", "inputs": ["a"]}, {"type": "flatten", "name": "fb", "inputs": ["b"]},
        {"type": "flatten", "name": "fw", "inputs": ["wide"]},
        """;

    /// <summary>Behind a convolution of an image of 6 × 7 × 2, whose output is 5 × 6 × 3.</summary>
    [Theory]
    [InlineData("""{"type": "zeropadding2d", "padding": [[1, 0], [2, 3]]}, """ + End)]
    [InlineData("""{"type": "zeropadding2d", "padding": 2}, {"type": "maxpool2d", "pool": 2, "strides": 1}, """ + End)]
    [InlineData("""{"type": "zeropadding2d"}, {"type": "maxpool2d", "pool": 1}, """ + End)]
    [InlineData("""{"type": "zeropadding2d", "padding": 1}, {"type": "avgpool2d", "pool": 3, "strides": 2, "padding": "same"}, """ + End)]
    [InlineData("""{"type": "zeropadding2d", "padding": 1}, {"type": "conv2d", "filters": 2, "kernel": 3, "padding": "same"}, """ + End)]
    [InlineData("""{"type": "cropping2d", "cropping": [[2, 1], [0, 3]]}, """ + End)]
    [InlineData("""{"type": "globalmaxpool2d"}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "globalmaxpool2d", "keepDims": true}, {"type": "dense", "units": 4}, """ + End)]
    [InlineData("""{"type": "globalavgpool2d", "keepDims": true}, {"type": "conv2d", "filters": 4, "kernel": 1}, """ + End)]
    [InlineData("""{"type": "reshape", "shape": [3, -1, 5]}, {"type": "conv2d", "filters": 4, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "reshape", "shape": [-1]}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "reshape", "shape": [-1]}, {"type": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "reshape", "shape": [6, 5, 3]}, {"type": "conv2d", "filters": 4, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "flatten"}, {"type": "reshape", "shape": [90]}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "dense", "units": 12}, {"type": "reshape", "shape": [2, 3, 2]}, """
        + """{"type": "conv2d", "filters": 4, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "permute", "dims": [2, 1, 3]}, {"type": "conv2d", "filters": 4, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "permute", "dims": [3, 1, 2]}, {"type": "conv2d", "filters": 4, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "permute", "dims": [2, 3, 1]}, {"type": "conv2d", "filters": 4, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "permute", "dims": [3, 2, 1]}, """ + End)]
    [InlineData("""{"type": "dense", "units": 4, "activation": "relu"}, {"type": "dense", "units": 5, "useBias": false}, """ + End)]
    [InlineData("""{"type": "rescaling", "scale": 2, "offset": [-1, 0.5, 0.25]}, """ + End)]
    [InlineData("""{"type": "normalization", "mean": [0.1, 0.2, -0.3], "variance": [0.5, 2, 0.25]}, """ + End)]
    [InlineData("""{"type": "normalization"}, """ + End)]
    [InlineData("""{"type": "flatten"}, {"type": "normalization"}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "flatten"}, {"type": "rescaling", "scale": 0.5, "offset": 1}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "globalmaxpool2d"}, {"type": "normalization", "mean": [0.1, 0.2, -0.3], "variance": 0.5}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "spatialdropout2d", "rate": 0.5}, {"type": "gaussiannoise", "stdDev": 1}, {"type": "flatten"}, """
        + """{"type": "gaussiandropout", "rate": 0.5}, {"type": "alphadropout", "rate": 0.5}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData("""{"type": "randomflip"}, {"type": "randomrotation", "factor": 0.2}, {"type": "randomcontrast", "factor": 0.5}, """ + End)]
    [InlineData("""{"type": "randomtranslation", "heightFactor": 0.2, "widthFactor": 0.1}, {"type": "randomzoom", "heightFactor": 0.2}, """
        + """{"type": "randombrightness", "factor": 0.5}, """ + End)]
    [InlineData("""{"type": "randomcrop", "height": 4, "width": 4}, """ + End)]
    [InlineData("""{"type": "randomcrop", "height": 3, "width": 6}, {"type": "conv2d", "filters": 2, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "randomcrop", "height": 2, "width": 3}, """ + End)]
    [InlineData("""{"type": "centercrop", "height": 3, "width": 3}, """ + End)]
    [InlineData("""{"type": "centercrop", "height": 7, "width": 4}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 11, "width": 4}, {"type": "conv2d", "filters": 2, "kernel": 2}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 5, "width": 6}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 7, "width": 4, "interpolation": "nearest"}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 15, "width": 18, "interpolation": "nearest", "cropToAspectRatio": true}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 8, "width": 4, "cropToAspectRatio": true}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 8, "width": 4, "padToAspectRatio": true, "fillValue": 0.5}, """ + End)]
    [InlineData("""{"type": "resizing", "height": 4, "width": 10, "padToAspectRatio": true, "interpolation": "nearest"}, """ + End)]
    public void Onnx_sequence_givesOurProbabilities(string end)
    {
        string json = $$"""{"name": "end", "input": [6, 7, 2], "layers": [{"type": "conv2d", "filters": 3, "kernel": 2}, {{end}}]}""";
        OnnxTests.AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(json, "end"), seed: 5), 50);
    }

    /// <summary>
    /// Merges of images and of lists. The lists are flattened images of one shape, of different shapes with as many values, and what dense layers gave: only
    /// where all have one order do the values of a merge belong together.
    /// </summary>
    [Theory]
    [InlineData("""{"type": "concatenate", "inputs": ["a", "b", "a"]}, """ + End)]
    [InlineData("""{"type": "multiply", "inputs": ["a", "b"]}, """ + End)]
    [InlineData("""{"type": "multiply", "inputs": ["gate", "a", "b", "gate"]}, """ + End)]
    [InlineData("""{"type": "average", "inputs": ["a", "b", "a"]}, """ + End)]
    [InlineData("""{"type": "maximum", "inputs": ["a", "b", "c"]}, """ + End)]
    [InlineData("""{"type": "minimum", "inputs": ["a", "b", "c"]}, """ + End)]
    [InlineData("""{"type": "subtract", "inputs": ["b", "a"]}, """ + End)]
    [InlineData(Lists + """{"type": "add", "inputs": ["fa", "fb"]}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "add", "inputs": ["fa", "fw"]}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "add", "inputs": ["fw", "fa", "fb"]}, {"type": "relu"}, {"type": "softmax"}""")]
    [InlineData(Lists + """{"type": "average", "inputs": ["fa", "fb"]}, {"type": "softmax"}""")]
    [InlineData(Lists + """{"type": "concatenate", "inputs": ["fa", "fw", "fb"]}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "dense", "name": "d", "inputs": ["fa"], "units": 24}, {"type": "add", "inputs": ["fa", "d"]}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "dense", "name": "d", "inputs": ["fa"], "units": 24}, {"type": "multiply", "inputs": ["d", "fw"]}, """
        + """{"type": "dropout", "rate": 0.5}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "add", "inputs": ["fa", "fb"]}, {"type": "prelu"}, {"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "add", "inputs": ["fa", "fw"]}, {"type": "prelu"}, {"type": "batchnorm"}, """
        + """{"type": "dense", "units": 3, "activation": "softmax"}""")]
    [InlineData(Lists + """{"type": "prelu", "name": "p", "inputs": ["fa"]}, {"type": "batchnorm", "name": "n", "inputs": ["fw"]}, """
        + """{"type": "concatenate", "inputs": ["p", "n"]}, {"type": "softmax"}""")]
    public void Onnx_merge_givesOurProbabilities(string end)
    {
        const string Images =
            """
            {"type": "conv2d", "name": "a", "filters": 3, "kernel": 3}, {"type": "conv2d", "name": "b", "inputs": ["input"], "filters": 3, "kernel": 3},
            {"type": "conv2d", "name": "c", "inputs": ["input"], "filters": 3, "kernel": 3},
            {"type": "avgpool2d", "name": "gate", "inputs": ["a"], "pool": [2, 4]},
            {"type": "conv2d", "name": "wide", "inputs": ["input"], "filters": 6, "kernel": [1, 5], "strides": [2, 1]},
            """;
        string json = Connected($$"""{"name": "merge", "input": [4, 6, 2], "layers": [{{Images}} {{end}}]}""");
        OnnxTests.AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(json, "merge"), seed: 5), 50);
    }

    /// <summary>A layer that nothing reads is left out, with what only it reads.</summary>
    private static string Connected(string json)
    {
        JsonObject model = JsonNode.Parse(json)!.AsObject();
        JsonArray layers = model["layers"]!.AsArray();
        for (int i = layers.Count - 2; i >= 0; i--)
        {
            string? name = (string?)layers[i]!["name"];
            bool isRead = layers[i + 1]!["inputs"] is null
                || layers.Skip(i + 1).Any(layer => layer!["inputs"]?.AsArray().Any(input => (string?)input == name) ?? false);
            if (!isRead) layers.RemoveAt(i);
        }

        return model.ToJsonString();
    }
}
