using DistConv.Core.Layers;
using DistConv.Core.Layers.Softmax;

namespace DistConv.Filters.Layers;

/// <summary>Softmax as a layer of its own; the one at the end of the graph is every model's.</summary>
internal sealed class SoftmaxForm : LayerForm<SoftmaxSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Softmax"] = ["axis"],
        ["softmax"] = [],
    };

    public override bool KeepsPlaces => true;

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(SoftmaxSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        "p[i] = exp(x[i]) / Σ exp(x[j]): all outputs become positive, their sum becomes 1, and they are read as the probabilities of the "
                + $"classes. For 2, 1, 0.1 it gives 0.66, 0.24, 0.10.{(plan.Output.IsFlat ? "" : " It is over the channels of each position.")}");

    protected override string Summarize(SoftmaxSpec layer, LayerPlan plan) => plan.IsOutput ? "probabilities of the classes" : "positive values whose sum is 1";

    protected override string Caption(SoftmaxSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, SoftmaxSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        plan.IsOutput ? inputs[0] : nodes.Add("Softmax", layer.Name, inputs, OnnxAttribute.Number("axis", 1));
}
