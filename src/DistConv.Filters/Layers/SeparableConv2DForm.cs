using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.SeparableConv2D;

namespace DistConv.Filters.Layers;

/// <summary>Convolutions of each channel by itself, then of 1 × 1.</summary>
internal sealed class SeparableConv2DForm : LayerForm<SeparableConv2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["SeparableConvolution2D"] = ["nb_filter", "nb_row", "nb_col", "init", "activation"],
        ["SeparableConv2D"] = ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "depth_multiplier", "activation"],
        ["separableconv2d"] = ["filters", "kernel", "strides", "padding", "depthMultiplier", "dilation", "activation"],
    };

    protected override LayerExplanation Explain(SeparableConv2DSpec layer, LayerPlan plan)
    {
        Conv2DShape first = layer.AsConvolution(plan.Input).Shape(plan.Input), whole = first with { OutC = layer.Filters, Groups = 1 };
        string taps = $"{first.KH}·{first.KW}";
        return new LayerExplanation(plan,
        [
            ("What it computes",
                $"Two convolutions in a row. The first gives each of the {first.InC} channels {Filters(layer)} of {first.KH}×{first.KW} of its own: it looks "
                + $"for patterns in a channel, and mixes none. The second, of 1×1, makes each of the {layer.Filters} outputs a weighted sum of the "
                + $"{first.OutC} results at the same position{(layer.UseBias ? ", and adds a bias" : "")}: it mixes channels, and looks at no neighbours. "
                + $"Nothing comes between the two. {LayerExplanation.ActivationSentence(layer.Activation)}"),
            ($"The output: {plan.Output}", $"From {plan.Input}. The first convolution makes {first.Output} of it, the second changes the channels only."),
            ("Why",
                $"One convolution of {first.KH}×{first.KW} would need {taps}·{first.InC}·{layer.Filters} = {whole.KernelSize:N0} weights for the same shape. "
                + "Patterns within a channel and the mixture of channels are learned apart, with far fewer (Chollet 2017, Xception)."),
            ("Parameters", LayerExplanation.Parameters(plan, $"{taps}·{first.OutC} + {first.OutC}·{layer.Filters}")),
            ("Cost", LayerExplanation.Cost(plan, "Both convolutions, without weights outside the picture,")),
        ])
        {
            InitialDistribution = Initializer.Describe(layer.DepthwiseInitializer, plan.Tensors[0].FanIn, plan.Tensors[0].FanOut),
            FanIn = plan.Tensors[0].FanIn,
            FanOut = plan.Tensors[0].FanOut,
        };
    }

    protected override string Summarize(SeparableConv2DSpec layer, LayerPlan plan) =>
        $"{Filters(layer)} of {layer.KernelH}×{layer.KernelW} for each channel, then {layer.Filters} of 1×1{Then(layer.Activation)}";

    protected override string Caption(SeparableConv2DSpec layer) =>
        $"{layer.Filters} mixtures of filters of {layer.KernelH}×{layer.KernelW}{(layer.Activation == Activation.Relu ? ", then ReLU" : "")}";

    protected override string WriteOnnx(IOnnxNodes nodes, SeparableConv2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        Conv2DShape first = layer.AsConvolution(plan.Input).Shape(plan.Input);
        IReadOnlyList<string> weights = nodes.Weights(layer);
        string middle = nodes.Add("Conv", $"{layer.Name}_depthwise", [inputs[0], weights[0]], OnnxWindow.Of(first));
        string sums = nodes.Add("Conv", layer.Name, [middle, .. weights.Skip(1)], OnnxWindow.Of(layer.Pointwise(first.Output)));
        return layer.Activation == Activation.Relu ? nodes.Add("Relu", $"{layer.Name}_relu", [sums]) : sums;
    }

    private static string Filters(SeparableConv2DSpec layer) => layer.DepthMultiplier == 1 ? "a filter" : $"{layer.DepthMultiplier} filters";
}
