using DistConv.Core.Layers;
using DistConv.Core.Layers.GlobalAvgPool2D;

namespace DistConv.Filters.Layers;

/// <summary>The mean of each channel.</summary>
internal sealed class GlobalAvgPool2DForm : LayerForm<GlobalAvgPool2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["GlobalAveragePooling2D"] = ["data_format", "keepdims"],
        ["GlobalAvgPool2D"] = ["data_format", "keepdims"],
        ["globalavgpool2d"] = ["keepDims"],
    };

    protected override LayerExplanation Explain(GlobalAvgPool2DSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It takes the mean of each of the {plan.Output.Size} channels over all places: what is in the picture, not where.");

    protected override string Summarize(GlobalAvgPool2DSpec layer, LayerPlan plan) => "mean of each channel";

    protected override string Caption(GlobalAvgPool2DSpec layer) => "mean of each map";

    protected override string WriteOnnx(IOnnxNodes nodes, GlobalAvgPool2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        OnnxWindow.WriteGlobal(nodes, "GlobalAveragePool", layer, inputs);
}
