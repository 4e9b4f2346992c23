using DistConv.Core.Models;
using Xunit;

namespace DistConv.Filters.Tests.Exports;

/// <summary>ONNX Runtime computes what we compute where layers change shapes: its images are channels first, ours channels last.</summary>
public sealed class OnnxShapeTests
{
    private const string End = """{"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}""";

    /// <summary>Behind a convolution of an image of 6 × 7 × 2, whose output is 5 × 6 × 3.</summary>
    [Theory]
    [InlineData("""{"type": "zeropadding2d", "padding": [[1, 0], [2, 3]]}, """ + End)]
    [InlineData("""{"type": "cropping2d", "cropping": [[2, 1], [0, 3]]}, """ + End)]
    public void Onnx_sequence_givesOurProbabilities(string end)
    {
        string json = $$"""{"name": "end", "input": [6, 7, 2], "layers": [{"type": "conv2d", "filters": 3, "kernel": 2}, {{end}}]}""";
        OnnxTests.AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(json, "end"), seed: 5), 50);
    }
}
