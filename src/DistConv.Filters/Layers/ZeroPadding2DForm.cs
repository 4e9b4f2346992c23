using DistConv.Core.Layers;
using DistConv.Core.Layers.ZeroPadding2D;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>Zeros around an image.</summary>
internal sealed class ZeroPadding2DForm : LayerForm<ZeroPadding2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["ZeroPadding2D"] = ["padding", "data_format"],
        ["zeropadding2d"] = ["padding"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(ZeroPadding2DSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It surrounds each channel with zeros: {layer.Padding.Top} rows above, {layer.Padding.Bottom} below, {layer.Padding.Left} columns on the left and "
            + $"{layer.Padding.Right} on the right. A convolution with 'valid' padding behind it then reaches over the edge of the picture, so that its maps "
            + "do not shrink.");

    protected override string Summarize(ZeroPadding2DSpec layer, LayerPlan plan) => $"zeros around the image: {layer.Padding}";

    protected override string Caption(ZeroPadding2DSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, ZeroPadding2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        Borders borders = layer.Padding;
        string pads = nodes.Constant($"{layer.Name}_pads", 0, 0, borders.Top, borders.Left, 0, 0, borders.Bottom, borders.Right);

        // ONNX Runtime moves a padding with +0 into a pooling behind it (its pad_fusion.cc), whose own padding is none of the values; -0 it leaves where it is.
        return nodes.Add("Pad", layer.Name, [inputs[0], pads, nodes.Scalar($"{layer.Name}_zero", -0f)]);
    }
}
