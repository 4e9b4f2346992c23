using Xunit;

namespace DistConv.Core.Tests.Networks;

/// <summary>Sequences with the layers that change shapes, on an input of 6 × 7 × 2.</summary>
public static class ShapeModels
{
    private const string Conv = """{"type":"conv2d","filters":4,"kernel":2,"padding":"same"},""";
    private const string ReluConv = """{"type":"conv2d","filters":3,"kernel":2,"activation":"relu"},""";
    private const string Last = """{"type":"dense","units":3,"activation":"softmax"}""";
    private const string Head = """{"type":"flatten"},""" + Last;

    public static TheoryData<string, string> All => new()
    {
        { "zeropadding", Conv + """{"type":"zeropadding2d","padding":[[1,0],[2,3]]},{"type":"conv2d","filters":3,"kernel":3},""" + Head },
        { "zeropadding behind relu", ReluConv + """{"type":"zeropadding2d"},{"type":"maxpool2d","pool":2},""" + Head },
        { "cropping", Conv + """{"type":"cropping2d","cropping":[[2,1],[0,3]]},{"type":"conv2d","filters":3,"kernel":2},""" + Head },
        { "cropping behind relu", ReluConv + """{"type":"cropping2d","cropping":1},""" + Head },
    };
}
