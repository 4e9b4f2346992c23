using DistConv.Core.Layers;
using DistConv.Core.Layers.Relu;

namespace DistConv.Filters.Layers;

/// <summary>ReLU as a layer of its own.</summary>
internal sealed class ReluForm : LayerForm<ReluSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["ReLU"] = [],
        ["relu"] = [],
    };

    public override bool KeepsPlaces => true;

    protected override LayerExplanation Explain(ReluSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        "max(0, x) for each value: what is negative becomes 0. Without such a bend between them, several layers of sums would be one layer of "
                + "sums.");

    protected override string Summarize(ReluSpec layer, LayerPlan plan) => "negative values become 0";

    protected override string Caption(ReluSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, ReluSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        nodes.Add("Relu", layer.Name, inputs);
}
