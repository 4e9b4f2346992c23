using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Normalization;
using DistConv.Core.Layers.Rescaling;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Layers with given numbers for each channel.</summary>
public sealed class AffineTests
{
    private static readonly SampleContext _context = new(5, 3, Training: true);

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Affine_everySetAndSize_equalsTheDefinitionBitForBit(Placement placement)
    {
        for (int channels = 1; channels <= 40; channels++)
        {
            foreach (TensorShape shape in (TensorShape[])[new(3, 5, channels), TensorShape.Flat(channels), new(1, 7, channels)])
            {
                float[] x = TestData.Wild(shape.Size, channels), g = TestData.Wild(shape.Size, channels + 100);
                ChannelValues first = channels % 3 == 0 ? [0.7f] : [.. TestData.Smooth(channels, 1)];
                ChannelValues second = channels % 5 == 0 ? [0.3f] : [.. TestData.Smooth(channels, 2).Select(value => value < 0 ? 0f : value)];
                RescalingSpec rescaling = new("r", first, second);
                NormalizationSpec normalization = new("n", first, second);
                foreach (KernelSet set in KernelSets.Supported)
                {
                    Check(rescaling, set, (value, c) => MathF.FusedMultiplyAdd(value, first.Of(c), second.Of(c)), (value, c) => value * first.Of(c));
                    Check(normalization, set, (value, c) => (value - first.Of(c)) / Deviation(c), (value, c) => value / Deviation(c));
                }

                float Deviation(int c) => MathF.Max(MathF.Sqrt(second.Of(c)), 1e-7f);

                void Check(LayerSpec spec, KernelSet set, Func<float, int, float> output, Func<float, int, float> gradient)
                {
                    using LayerRun run = new(spec, [shape], set);
                    (float[] y, float[][] gradients) = run.Run([x], g, _context, placement);
                    SameBits.Check([.. x.Select((value, i) => output(value, i % channels))], y, $"{set} {spec.Type} {shape}");
                    SameBits.Check([.. g.Select((value, i) => gradient(value, i % channels))], gradients[0], $"{set} {spec.Type} {shape}, gradient");
                }
            }
        }
    }

    [Theory]
    [InlineData("""{"type":"Rescaling","name":"r","scale":0.5,"offset":-1}""", """{"type":"rescaling","name":"r","scale":0.5,"offset":-1}""")]
    [InlineData("""{"type":"Rescaling","name":"r","scale":0.5}""", """{"type":"rescaling","name":"r","scale":0.5,"offset":0}""")]
    [InlineData("""{"type":"rescaling","name":"r","scale":[0.5,1,2],"offset":[0,0,-1]}""",
        """{"type":"rescaling","name":"r","scale":[0.5,1,2],"offset":[0,0,-1]}""")]
    [InlineData("""{"type":"Normalization","name":"r","axis":[-1],"invert":false,"mean":[0.1,-0.5,0.25],"variance":[0.5,0.25,0]}""",
        """{"type":"normalization","name":"r","mean":[0.1,-0.5,0.25],"variance":[0.5,0.25,0]}""")]
    [InlineData("""{"type":"Normalization","name":"r","axis":3,"mean":[[[[0.1,-0.5,0.25]]]],"variance":[[[0.5,0.25,1]]]}""",
        """{"type":"normalization","name":"r","mean":[0.1,-0.5,0.25],"variance":[0.5,0.25,1]}""")]
    [InlineData("""{"type":"Normalization","name":"r","axis":null,"mean":0.5,"variance":0.25}""",
        """{"type":"normalization","name":"r","mean":0.5,"variance":0.25}""")]
    [InlineData("""{"type":"Normalization","name":"r","axis":-1,"mean":[0.5],"variance":[0.25]}""",
        """{"type":"normalization","name":"r","mean":0.5,"variance":0.25}""")]
    [InlineData("""{"type":"Normalization","name":"r","axis":[-1],"invert":false,"mean":null,"variance":null}""", """{"type":"normalization","name":"r"}""")]
    [InlineData("""{"type":"normalization","name":"r"}""", """{"type":"normalization","name":"r"}""")]
    public void Parse_ofAnySpelling_hasOneText(string layer, string expected)
    {
        ModelSpec model = Parse(layer);
        Assert.Contains(expected, model.ToJson(), StringComparison.Ordinal);
        ModelSpec again = ModelSpec.Parse(model.ToJson(), "m.json");
        Assert.Equal((model, model.GetHashCode()), (again, again.GetHashCode()));
        Assert.Equal(new TensorShape(6, 5, 3), model.Infer().Layers[0].Output);
        Assert.Equal(0, model.Infer().Layers[0].Parameters);
    }

    [Theory]
    [InlineData("""{"type":"Normalization","mean":1}""",
        "(Normalization): has a mean and no variance; give both, \"mean\": [0.5, 0.4, 0.3], \"variance\": [0.1,")]
    [InlineData("""{"type":"Normalization","mean":null,"variance":1}""", "(Normalization): has a variance and no mean; give both")]
    [InlineData("""{"type":"Normalization","axis":null,"mean":null,"variance":null}""",
        "axis is null, one mean for all channels, which must be given: \"mean\"")]
    [InlineData("""{"type":"Normalization","mean":1,"variance":-1}""", "variance must be a number from 0 or a list with one for each channel, such as [0.1")]
    [InlineData("""{"type":"Normalization","mean":[1,2],"variance":1}""",
        "(normalization): mean has 2 numbers, but its input (6, 5, 3) has 3 channels; give one number for all, or one for each")]
    [InlineData("""{"type":"Normalization","mean":1,"variance":1,"axis":1}""", "axis must be -1 or 3 (the channels); it is 1")]
    [InlineData("""{"type":"Normalization","mean":1,"variance":1,"invert":true}""", "invert must be false (this is not supported); it is true")]
    [InlineData("""{"type":"rescaling"}""", "(rescaling): property 'scale' is missing, for example \"scale\": 0.5")]
    [InlineData("""{"type":"rescaling","scale":"x"}""", "scale must be a number or a list with one for each channel, such as 0.5; it is \"x\"")]
    [InlineData("""{"type":"rescaling","scale":1e39}""", "scale must be a number or a list with one for each channel, such as 0.5; it is 1e39")]
    [InlineData("""{"type":"rescaling","scale":[]}""", "scale must be a number or a list with one for each channel, such as 0.5; it is []")]
    [InlineData("""{"type":"rescaling","scale":1,"offset":[1,2,3,4]}""", "(rescaling): offset has 4 numbers, but its input (6, 5, 3) has 3 channels")]
    public void Parse_ofWrongNumbers_saysWhatWouldBeRight(string layer, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => Parse(layer)).Message, StringComparison.Ordinal);

    /// <summary>With weights, the bits are those of given numbers, and none of the weights is trained.</summary>
    [Fact]
    public void Forward_ofAdaptedNumbers_hasTheBitsOfGivenOnes()
    {
        float[] means = [0.5f, -0.25f, 3f], variances = [2f, 0f, 0.1f], x = TestData.Smooth(6 * 5 * 3, 7);
        ModelSpec adapted = Parse("""{"type":"normalization","name":"n"}"""), given = Parse(
            """{"type":"normalization","name":"n","mean":[0.5,-0.25,3],"variance":[2,0,0.1]}""");
        using Network network = new(adapted, KernelSets.Supported[^1], 3), other = new(given, KernelSets.Supported[0], 3);
        float[] weights = new float[network.TensorLength];
        network.Initialize(weights, 3);
        Assert.Equal([0, 0, 0, 1, 1, 1, 0], weights[network.ParameterCount..]);
        Assert.Equal(["mean", "variance", "count"], network.Layers[0].States.Select(tensor => tensor.Plan.Role));
        means.CopyTo(weights, network.ParameterCount);
        variances.CopyTo(weights, network.ParameterCount + 3);

        Assert.Equal(Logits(other, weights[..other.TensorLength]), Logits(network, weights));
        Assert.Equal((182, 7), (adapted.Infer().Parameters, adapted.Infer().StateValues));

        float[] Logits(Network of, float[] values)
        {
            of.PackWeights(values);
            using SamplePass pass = new(of);
            pass.Forward(x);
            return pass.Logits.ToArray();
        }
    }

    private static ModelSpec Parse(string layers) => ModelSpec.Parse(
        $$"""{"input":[6,5,3],"layers":[{{layers}},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}""", "m.json");
}
