using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.DepthwiseConv2D;

namespace DistConv.Filters.Layers;

/// <summary>Convolutions of each channel by itself.</summary>
internal sealed class DepthwiseConv2DForm : LayerForm<DepthwiseConv2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["DepthwiseConv2D"] = ["kernel_size", "strides", "padding", "depth_multiplier", "data_format", "dilation_rate", "activation"],
        ["depthwiseconv2d"] = ["kernel", "strides", "padding", "depthMultiplier", "dilation", "activation"],
    };

    protected override LayerExplanation Explain(DepthwiseConv2DSpec layer, LayerPlan plan) => ConvolutionText.Explain(plan, layer.AsConvolution(plan.Input));

    protected override string Summarize(DepthwiseConv2DSpec layer, LayerPlan plan) =>
        $"{(layer.DepthMultiplier == 1 ? "a filter" : $"{layer.DepthMultiplier} filters")} of {layer.KernelH}×{layer.KernelW} for each channel"
        + $"{Then(layer.Activation)}";

    protected override string Caption(DepthwiseConv2DSpec layer) =>
        $"filters of {layer.KernelH}×{layer.KernelW} for each channel{(layer.Activation == Activation.Relu ? ", then ReLU" : "")}";

    protected override string WriteOnnx(IOnnxNodes nodes, DepthwiseConv2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        Conv2DShape shape = layer.AsConvolution(plan.Input).Shape(plan.Input);
        string sums = nodes.Add("Conv", layer.Name, [inputs[0], .. nodes.Weights(layer)], OnnxWindow.Of(shape));
        return layer.Activation == Activation.Relu ? nodes.Add("Relu", $"{layer.Name}_relu", [sums]) : sums;
    }
}
