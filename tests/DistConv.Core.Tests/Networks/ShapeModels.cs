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
        { "globalmaxpool", Conv + """{"type":"globalmaxpool2d"},""" + Last },
        { "globalmaxpool behind relu", ReluConv + """{"type":"globalmaxpool2d","keepDims":true},{"type":"conv2d","filters":4,"kernel":1},""" + Head },
        { "globalavgpool keeps dims", ReluConv + """{"type":"globalavgpool2d","keepDims":true},{"type":"conv2d","filters":4,"kernel":1},""" + Head },
        { "reshape", Conv + """{"type":"reshape","shape":[4,-1,3]},{"type":"conv2d","filters":2,"kernel":[2,3]},{"type":"reshape","shape":[-1]},""" + Last },
        { "reshape behind dense", Conv + """{"type":"flatten"},{"type":"dense","units":12,"activation":"relu"},{"type":"reshape","shape":[2,3,2]},"""
            + """{"type":"conv2d","filters":3,"kernel":2},""" + Head },
        { "permute", Conv + """{"type":"permute","dims":[3,1,2]},{"type":"conv2d","filters":2,"kernel":2},""" + Head },
        { "permute behind relu", ReluConv + """{"type":"permute","dims":[2,1,3]},{"type":"maxpool2d"},""" + Head },
        { "permute backwards", ReluConv + """{"type":"permute","dims":[3,2,1]},{"type":"conv2d","filters":2,"kernel":[1,3]},""" + Head },
        { "dense on an image", """{"type":"dense","units":4},{"type":"dense","units":5,"activation":"relu"},{"type":"dense","units":3,"useBias":false},"""
            + """{"type":"maxpool2d"},""" + Head },
        { "rescaling", Conv + """{"type":"rescaling","scale":[2,0.5,-1,3],"offset":0.25},{"type":"maxpool2d"},""" + Head },
        { "normalization", ReluConv + """{"type":"normalization","mean":[0.1,0.2,-0.3],"variance":[0.5,2,0.25]},{"type":"conv2d","filters":2,"kernel":2},"""
            + Head },
        { "cropping behind relu", ReluConv + """{"type":"cropping2d","cropping":1},""" + Head },
    };

    /// <summary>Models whose layers branch, with every layer that merges.</summary>
    public static TheoryData<string> Graphs =>
    [
        """
        {"name": "inception", "input": [5, 4, 3], "layers": [
          {"type": "conv2d", "name": "a", "filters": 4, "kernel": 1, "activation": "relu"},
          {"type": "conv2d", "name": "b", "inputs": ["input"], "filters": 3, "kernel": 3, "padding": "same"},
          {"type": "avgpool2d", "name": "c", "inputs": ["input"], "pool": 3, "strides": 1, "padding": "same"},
          {"type": "concatenate", "inputs": ["a", "b", "c", "a"]},
          {"type": "flatten", "name": "f"},
          {"type": "dense", "name": "d", "units": 4, "activation": "relu"},
          {"type": "concatenate", "inputs": ["d", "f"]},
          {"type": "dense", "units": 2, "activation": "softmax"}]}
        """,
        """
        {"name": "excitation", "input": [5, 4, 3], "layers": [
          {"type": "conv2d", "name": "a", "filters": 4, "kernel": 3, "padding": "same", "activation": "relu"},
          {"type": "avgpool2d", "name": "pooled", "pool": [5, 4]},
          {"type": "conv2d", "name": "squeezed", "filters": 2, "kernel": 1, "activation": "relu"},
          {"type": "conv2d", "name": "gate", "filters": 4, "kernel": 1},
          {"type": "multiply", "name": "excited", "inputs": ["a", "gate"]},
          {"type": "conv2d", "name": "b", "inputs": ["input"], "filters": 4, "kernel": 1},
          {"type": "multiply", "name": "thrice", "inputs": ["gate", "excited", "b"]},
          {"type": "average", "name": "mean", "inputs": ["thrice", "a", "b"]},
          {"type": "globalavgpool2d"},
          {"type": "dense", "units": 2, "activation": "softmax"}]}
        """,
        """
        {"name": "choices", "input": [5, 4, 3], "layers": [
          {"type": "conv2d", "name": "a", "filters": 4, "kernel": 3, "activation": "relu"},
          {"type": "conv2d", "name": "b", "inputs": ["input"], "filters": 4, "kernel": 3},
          {"type": "conv2d", "name": "c", "inputs": ["input"], "filters": 4, "kernel": 3},
          {"type": "maximum", "name": "largest", "inputs": ["a", "b", "c"]},
          {"type": "minimum", "name": "smallest", "inputs": ["b", "c"]},
          {"type": "subtract", "name": "range", "inputs": ["largest", "smallest"]},
          {"type": "flatten", "name": "f"},
          {"type": "dense", "units": 2, "activation": "softmax"}]}
        """,
    ];
}
