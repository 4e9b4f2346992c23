using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.GlobalMaxPool2D;
using DistConv.Core.Layers.Permute;
using DistConv.Core.Layers.Reshape;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using DistConv.Core.Tests.Oracle;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Poolings over the whole image, reshape, permute, and dense layers on images.</summary>
public sealed class ReshapingTests
{
    private const string End = """{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}""";

    private static readonly SampleContext _context = new(5, 3, Training: true);

    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Permute_everyOrder_movesEachValueToItsPlace(Placement placement)
    {
        int[][] orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];
        TensorShape[] shapes = [new(1, 1, 1), new(2, 3, 5), new(7, 1, 4), new(3, 4, 17)];
        foreach (int[] order in orders)
        {
            foreach (TensorShape shape in shapes)
            {
                OracleGather expected = OracleGather.Permuted(shape, order);
                using LayerRun layer = new(new PermuteSpec("p", order[0], order[1], order[2]), [shape], KernelSets.Supported[^1]);
                float[] input = TestData.Wild(shape.Size, 3), gradient = TestData.Wild(shape.Size, 4);
                (float[] output, float[][] gradients) = layer.Run([input], gradient, _context, placement);
                SameBits.Check([.. expected.Sources.Select(source => input[source])], output, $"{shape} as {string.Join(",", order)}");
                SameBits.Check([.. expected.Sources.Select(source => gradients[0][source])], gradient, $"gradient of {shape} as {string.Join(",", order)}");
            }
        }
    }

    [Theory]
    [InlineData("""{"type":"Permute","name":"p","dims":[2,3,1]}""", "(5, 4, 6)", "\"dims\":[2,3,1]")]
    [InlineData("""{"type":"permute","name":"p","dims":[1,2,3]}""", "(6, 5, 4)", "\"dims\":[1,2,3]")]
    [InlineData("""{"type":"Reshape","name":"p","target_shape":[3,8,5]}""", "(3, 8, 5)", "\"shape\":[3,8,5]")]
    [InlineData("""{"type":"Reshape","name":"p","target_shape":[-1,10,4]}""", "(3, 10, 4)", "\"shape\":[-1,10,4]")]
    [InlineData("""{"type":"reshape","name":"p","shape":[6,-1,4]}""", "(6, 5, 4)", "\"shape\":[6,-1,4]")]
    [InlineData("""{"type":"reshape","name":"p","shape":[1,1,-1]}""", "(1, 1, 120)", "\"shape\":[1,1,-1]")]
    [InlineData("""{"type":"Reshape","name":"p","target_shape":[-1,4]}""", "(30, 1, 4)", "\"shape\":[-1,1,4]")]
    [InlineData("""{"type":"reshape","name":"p","shape":[-1]}""", "(120)", "\"shape\":[-1]")]
    [InlineData("""{"type":"reshape","name":"p","shape":[120]}""", "(120)", "\"shape\":[120]")]
    [InlineData("""{"type":"GlobalMaxPooling2D","name":"p"}""", "(4)", "{\"type\":\"globalmaxpool2d\",\"name\":\"p\"}")]
    [InlineData("""{"type":"GlobalMaxPool2D","name":"p","keepdims":false}""", "(4)", "{\"type\":\"globalmaxpool2d\",\"name\":\"p\"}")]
    [InlineData("""{"type":"GlobalMaxPooling2D","name":"p","keepdims":true}""", "(1, 1, 4)", "\"keepDims\":true")]
    [InlineData("""{"type":"GlobalAveragePooling2D","name":"p","keepdims":true}""", "(1, 1, 4)", "\"keepDims\":true")]
    [InlineData("""{"type":"globalavgpool2d","name":"p","keepDims":false}""", "(4)", "{\"type\":\"globalavgpool2d\",\"name\":\"p\"}")]
    [InlineData("""{"type":"Dense","name":"p","units":7,"activation":"relu"}""", "(6, 5, 7)", "{\"type\":\"dense\",\"name\":\"p\",\"units\":7,")]
    public void Parse_givesTheShapeAndOneText(string layer, string output, string json)
    {
        ModelSpec model = Parse(layer);
        Assert.Equal(output, model.Infer().Layers[0].Output.ToString());
        Assert.Contains(json, model.ToJson(), StringComparison.Ordinal);
        Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
        string config = layer.Replace($"\"type\":\"{Type(layer)}\",", "", StringComparison.Ordinal);
        Assert.Equal(model, Parse($$$"""{"class_name":"{{{Type(layer)}}}","config":{{{config}}}}"""));
    }

    [Fact]
    public void Dense_onAnImage_hasTheParametersOfItsChannels()
    {
        LayerPlan plan = Parse("""{"type":"dense","units":7}""").Infer().Layers[0];
        Assert.Equal([4, 7], plan.Tensors[0].Shape);
        Assert.Equal((4, 7), (plan.Tensors[0].FanIn, plan.Tensors[0].FanOut));
        Assert.Equal((28L, 7L, 6L * 5 * 28), (plan.KernelParameters, plan.BiasParameters, plan.MultiplyAddsForward));
        Assert.Equal(new DenseSpec("dense1", 7, Activation.Linear, new("glorot_uniform"), new("zeros")), plan.Layer);
    }

    [Theory]
    [InlineData("""{"type":"permute","dims":[1,2]}""",
        "(permute): dims must be the axes 1 (height), 2 (width) and 3 (channels) in a new order, such as [2, 1, 3]; it is [1,2]")]
    [InlineData("""{"type":"permute","dims":[0,1,2]}""", "in a new order, such as [2, 1, 3]; it is [0,1,2]")]
    [InlineData("""{"type":"permute","dims":3}""", "in a new order, such as [2, 1, 3]; it is 3")]
    [InlineData("""{"type":"permute"}""", "property 'dims' is missing, for example \"dims\": [2, 1, 3]")]
    [InlineData("""{"type":"flatten"},{"type":"permute","dims":[1,2,3]}""", "layer 2 'permute1' (permute): needs an input (height, width, channels), but its")]
    [InlineData("""{"type":"reshape","shape":[7,-1,4]}""", "(reshape): shape (7, -1, 4) does not fit its input (6, 5, 4): 28 does not divide its 120 values")]
    [InlineData("""{"type":"reshape","shape":[100]}""", "(reshape): shape (100) does not fit its input (6, 5, 4): it has 100 values, and the input 120")]
    [InlineData("""{"type":"reshape","shape":[65536,65536,65536]}""", "it has 281,474,976,710,656 values, and the input 120")]
    [InlineData("""{"type":"reshape","shape":[-1,-1,4]}""", "shape must be [height, width, channels] or [n], whole numbers from 1 of which one may be -1")]
    [InlineData("""{"type":"reshape","shape":[3,2,5,4]}""", "such as [7, 7, -1]; it is [3,2,5,4]")]
    [InlineData("""{"type":"reshape","shape":[]}""", "such as [7, 7, -1]; it is []")]
    [InlineData("""{"type":"reshape","shape":[0,4,5]}""", "such as [7, 7, -1]; it is [0,4,5]")]
    [InlineData("""{"type":"reshape","shape":"flat"}""", "such as [7, 7, -1]; it is \"flat\"")]
    [InlineData("""{"type":"reshape"}""", "property 'shape' is missing, for example \"shape\": [7, 7, 16]")]
    [InlineData("""{"type":"globalmaxpool2d","keepDims":1}""", "(globalmaxpool2d): keepDims must be true or false; it is 1")]
    [InlineData("""{"type":"zeropadding2d","padding":[3000,3000]},{"type":"maxpool2d","pool":1},{"type":"globalmaxpool2d"}""",
        "layer 3 'globalmaxpool1' (globalmaxpool2d): its input (6006, 6005, 2) has 36,066,030 positions; at most 16,777,216 are possible: put maxpool2d", 2)]
    public void Parse_ofWrongSettings_saysWhatWouldBeRight(string layers, string expected, int channels = 4)
    {
        string message = Assert.Throws<InvalidInputException>(() => Parse(layers, channels)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void GlobalPools_areEqualIfTheyKeepTheSameDims()
    {
        Assert.NotEqual(new GlobalAvgPool2DSpec("g"), new GlobalAvgPool2DSpec("g", KeepDims: true));
        Assert.NotEqual(new GlobalMaxPool2DSpec("g"), new GlobalMaxPool2DSpec("g", KeepDims: true));
        Assert.Equal(new ReshapeSpec("r", TensorShape.Flat(-1)), Parse("""{"type":"reshape","name":"r","shape":[-1]}""").Layers[0]);
    }

    private static string Type(string layer) => layer.Split('"')[3];

    private static ModelSpec Parse(string layers, int channels = 4) =>
        ModelSpec.Parse($$"""{"input":[6,5,{{channels}}],"layers":[{{layers}},{{End}}]}""", "m.json");
}
