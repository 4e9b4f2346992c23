using DistConv.Core.Layers;
using DistConv.Core.Layers.Rescaling;

namespace DistConv.Filters.Layers;

/// <summary>Values times a factor plus an offset.</summary>
internal sealed class RescalingForm : LayerForm<RescalingSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Rescaling"] = ["scale", "offset"],
        ["rescaling"] = ["scale", "offset"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(RescalingSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"x · scale + offset for each value, with scale {layer.Scale} and offset {layer.Offset}: it brings values into the range that the layers behind it "
            + "learn best with. Pixels come as 0 to 1.");

    protected override string Summarize(RescalingSpec layer, LayerPlan plan) => $"times {layer.Scale}, plus {layer.Offset}";

    protected override string Caption(RescalingSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, RescalingSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        string scaled = nodes.Add("Mul", $"{layer.Name}_scaled", [inputs[0], nodes.Constant($"{layer.Name}_scale", plan.Input, layer.Scale.Of)]);
        return nodes.Add("Add", layer.Name, [scaled, nodes.Constant($"{layer.Name}_offset", plan.Input, layer.Offset.Of)]);
    }
}
