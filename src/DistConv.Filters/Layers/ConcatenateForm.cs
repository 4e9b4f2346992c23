using DistConv.Core.Layers;
using DistConv.Core.Layers.Concatenate;

namespace DistConv.Filters.Layers;

/// <summary>Layers one after another.</summary>
internal sealed class ConcatenateForm : LayerForm<ConcatenateSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Concatenate"] = ["axis"],
        ["concatenate"] = ["axis"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(ConcatenateSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It puts its {plan.Inputs.Count} inputs one after another, {(plan.Output.IsFlat ? "as one list" : "channel by channel")}: "
            + $"{string.Join(" + ", plan.Inputs.Select(shape => shape.Channels))} = {plan.Output.Channels}. The layers behind it see all of them, so branches "
            + "with windows of different sizes can work side by side (Szegedy et al. 2015, Inception).");

    protected override string Summarize(ConcatenateSpec layer, LayerPlan plan) => $"{string.Join(" and ", layer.Inputs.Names)} one after another";

    protected override string Caption(ConcatenateSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, ConcatenateSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        nodes.Add("Concat", layer.Name, inputs, OnnxAttribute.Number("axis", 1));
}
