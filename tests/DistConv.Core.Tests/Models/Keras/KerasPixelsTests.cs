using DistConv.Core.Layers.Rescaling;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>A Rescaling at the beginning of a model of Keras's is often one for pixels from 0 to 255; here they are from 0 to 1.</summary>
public sealed class KerasPixelsTests
{
    private const string By255 = """{"class_name": "Rescaling", "config": {"name": "r", "scale": 0.00392156862745098, "offset": 0.0}}""";
    private const string By127 = """{"class_name": "Rescaling", "config": {"name": "r", "scale": 0.00784313725490196, "offset": -1.0}}""";
    private const string Varied = """
        {"class_name": "RandomFlip", "config": {"name": "f", "mode": "horizontal"}},
        {"class_name": "Resizing", "config": {"name": "s", "height": 6, "width": 6}}
        """;

    [Theory]
    [InlineData(By255, 0.003921569f)]
    [InlineData(By127, 0.007843138f)]
    [InlineData(Varied + ", " + By255, 0.003921569f)]
    [InlineData("""{"type": "Rescaling", "name": "r", "scale": [0.00390625, 0.0078125, -0.00390625], "offset": [0, 1, 0]}""", 0.00390625f)]
    [InlineData("""{"type": "rescaling", "name": "r", "scale": 0.00390625}""", 0.00390625f)]
    public void Read_rescalingOfPixels_staysTheFunctionOfTheFile_andIsPointedOut(string layers, float scale)
    {
        ModelReading reading = Read(layers);

        Assert.Equal(scale, reading.Model.Layers.OfType<RescalingSpec>().Single().Scale.Values[0]);
        string note = Assert.Single(reading.Decided);
        Assert.StartsWith("'r' scales pixels by ", note, StringComparison.Ordinal);
        Assert.EndsWith("to train on them, take it out, or multiply its scale by 255", note, StringComparison.Ordinal);
    }

    /// <summary>Factors for pixels from 0 to 1, and what is no pixel any more.</summary>
    [Theory]
    [InlineData("""{"class_name": "Rescaling", "config": {"name": "r", "scale": 2.0, "offset": -1.0}}""", 2f)]
    [InlineData("""{"class_name": "Rescaling", "config": {"name": "r", "scale": [0.5, 0.0001, 1.0], "offset": 0.0}}""", 0.5f)]
    [InlineData("""{"class_name": "Conv2D", "config": {"name": "c", "filters": 3, "kernel_size": 1}}, """ + By255, 0.003921569f)]
    public void Read_otherRescaling_staysAsItIs(string layers, float scale)
    {
        ModelReading reading = Read(layers);
        Assert.Equal(scale, reading.Model.Layers.OfType<RescalingSpec>().Single().Scale.Values[0]);
        Assert.Empty(reading.Decided);
    }

    private static ModelReading Read(string layers) => ModelReading.Parse(
        $$"""{"input": [6, 6, 3], "layers": [{{layers}}, {"type": "flatten"}, {"type": "dense", "units": 2, "activation": "softmax"}]}""", "m.json");
}
