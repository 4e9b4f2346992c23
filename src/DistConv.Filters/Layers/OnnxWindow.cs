using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Filters.Layers;

/// <summary>A sliding window in ONNX's words.</summary>
internal static class OnnxWindow
{
    /// <summary>With explicit padding: ours, as TensorFlow's, has the odd row below and the odd column on the right.</summary>
    public static OnnxAttribute[] Of(Pool2DShape shape)
    {
        long bottom = PadAfter(shape.InH, shape.PoolH, shape.StrideH, shape.OutH, shape.PadTop);
        long right = PadAfter(shape.InW, shape.PoolW, shape.StrideW, shape.OutW, shape.PadLeft);
        return
        [
            OnnxAttribute.List("kernel_shape", shape.PoolH, shape.PoolW),
            OnnxAttribute.List("strides", shape.StrideH, shape.StrideW),
            OnnxAttribute.List("pads", shape.PadTop, shape.PadLeft, bottom, right),
        ];
    }

    /// <summary>A convolution's, with its dilation and groups where it has some.</summary>
    public static OnnxAttribute[] Of(Conv2DShape shape)
    {
        Pool2DShape extent = new(shape.InH, shape.InW, shape.InC, shape.ExtentH, shape.ExtentW, shape.StrideH, shape.StrideW, shape.Padding);
        List<OnnxAttribute> attributes = [OnnxAttribute.List("kernel_shape", shape.KH, shape.KW), .. Of(extent).Skip(1)];
        if (shape.IsDilated) attributes.Add(OnnxAttribute.List("dilations", shape.DilationH, shape.DilationW));
        if (shape.Groups > 1) attributes.Add(OnnxAttribute.Number("group", shape.Groups));
        return [.. attributes];
    }

    /// <summary>A pooling over the whole image, whose output is [N, C, 1, 1] in ONNX.</summary>
    public static string WriteGlobal(IOnnxNodes nodes, string operation, GlobalPool2DSpec layer, IReadOnlyList<string> inputs) => layer.KeepDims
        ? nodes.Add(operation, layer.Name, inputs)
        : nodes.Add("Flatten", layer.Name, [nodes.Add(operation, $"{layer.Name}_image", inputs)], OnnxAttribute.Number("axis", 1));

    private static long PadAfter(int input, int window, int stride, int outputs, int padBefore) =>
        long.Max(0, ((long)(outputs - 1) * stride) + window - input - padBefore);
}
