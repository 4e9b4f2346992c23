using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Filters.Layers;

/// <summary>Convolutions.</summary>
internal sealed class Conv2DForm : LayerForm<Conv2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Convolution2D"] = ["nb_filter", "nb_row", "nb_col", "init", "activation"],
        ["Conv2D"] = ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups", "activation"],
        ["conv2d"] = ["filters", "kernel", "strides", "padding", "activation"],
    };

    protected override LayerExplanation Explain(Conv2DSpec layer, LayerPlan plan) => ConvolutionText.Explain(plan, layer);

    protected override string Summarize(Conv2DSpec layer, LayerPlan plan) =>
        $"{layer.Filters} filters of {layer.KernelH}×{layer.KernelW}{(plan.Input.Channels > 1 ? $"×{plan.Input.Channels}" : "")}{Then(layer.Activation)}";

    protected override string Caption(Conv2DSpec layer) =>
        $"{layer.Filters} filters of {layer.KernelH}×{layer.KernelW}{(layer.Activation == Activation.Relu ? ", then ReLU" : "")}";

    protected override string WriteOnnx(IOnnxNodes nodes, Conv2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        Conv2DShape shape = layer.Shape(plan.Input);
        Pool2DShape window = new(shape.InH, shape.InW, shape.InC, shape.KH, shape.KW, shape.StrideH, shape.StrideW, shape.Padding);
        string sums = nodes.Add("Conv", layer.Name, [inputs[0], .. nodes.Weights(layer)], OnnxWindow.Of(window));
        return layer.Activation == Activation.Relu ? nodes.Add("Relu", $"{layer.Name}_relu", [sums]) : sums;
    }
}
