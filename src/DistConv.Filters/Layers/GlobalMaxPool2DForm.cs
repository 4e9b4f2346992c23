using DistConv.Core.Layers;
using DistConv.Core.Layers.GlobalMaxPool2D;

namespace DistConv.Filters.Layers;

/// <summary>The largest value of each channel.</summary>
internal sealed class GlobalMaxPool2DForm : LayerForm<GlobalMaxPool2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["GlobalMaxPooling2D"] = ["data_format", "keepdims"],
        ["GlobalMaxPool2D"] = ["data_format", "keepdims"],
        ["globalmaxpool2d"] = ["keepDims"],
    };

    protected override LayerExplanation Explain(GlobalMaxPool2DSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"Of each of the {plan.Output.Size} channels it keeps the largest value: whether a feature is anywhere in the picture, not where. Only the place with "
            + "that value gets a gradient.");

    protected override string Summarize(GlobalMaxPool2DSpec layer, LayerPlan plan) => "largest value of each channel";

    protected override string Caption(GlobalMaxPool2DSpec layer) => "largest value of each map";

    protected override string WriteOnnx(IOnnxNodes nodes, GlobalMaxPool2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        OnnxWindow.WriteGlobal(nodes, "GlobalMaxPool", layer, inputs);
}
