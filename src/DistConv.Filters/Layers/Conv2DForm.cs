using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;

namespace DistConv.Filters.Layers;

/// <summary>Convolutions.</summary>
internal sealed class Conv2DForm : LayerForm<Conv2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Convolution2D"] = ["nb_filter", "nb_row", "nb_col", "init", "activation"],
        ["Conv2D"] = ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups", "activation"],
        ["AtrousConvolution2D"] = ["nb_filter", "nb_row", "nb_col", "init", "activation"],
        ["conv2d"] = ["filters", "kernel", "strides", "padding", "activation"],
    };

    protected override LayerExplanation Explain(Conv2DSpec layer, LayerPlan plan) => ConvolutionText.Explain(plan, layer);

    protected override string Summarize(Conv2DSpec layer, LayerPlan plan) =>
        $"{layer.Filters} filters of {layer.KernelH}×{layer.KernelW}{(plan.Input.Channels > layer.Groups ? $"×{plan.Input.Channels / layer.Groups}" : "")}"
        + $"{Spread(layer)}{Then(layer.Activation)}";

    /// <summary>What is particular about the filters, in a few words.</summary>
    private static string Spread(Conv2DSpec layer) =>
        (layer.DilationH > 1 || layer.DilationW > 1 ? $", dilation {layer.DilationH}×{layer.DilationW}" : "")
        + (layer.Groups > 1 ? $", in {layer.Groups} groups" : "");

    protected override string Caption(Conv2DSpec layer) =>
        $"{layer.Filters} filters of {layer.KernelH}×{layer.KernelW}{(layer.Activation == Activation.Relu ? ", then ReLU" : "")}";

    protected override string WriteOnnx(IOnnxNodes nodes, Conv2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        string sums = nodes.Add("Conv", layer.Name, [inputs[0], .. nodes.Weights(layer)], OnnxWindow.Of(layer.Shape(plan.Input)));
        return layer.Activation == Activation.Relu ? nodes.Add("Relu", $"{layer.Name}_relu", [sums]) : sums;
    }
}
