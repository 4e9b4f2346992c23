using DistConv.Core.Layers;
using DistConv.Core.Layers.Normalization;

namespace DistConv.Filters.Layers;

/// <summary>Normalization with given means and variances.</summary>
internal sealed class NormalizationForm : LayerForm<NormalizationSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Normalization"] = ["axis", "mean", "variance"],
        ["normalization"] = ["mean", "variance"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(NormalizationSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It subtracts the mean {layer.Mean} and divides by the square root of the variance {layer.Variance}, which are those of the data that it was made "
            + "for: then each channel has mean 0 and variance 1. The numbers are given, not learned.");

    protected override string Summarize(NormalizationSpec layer, LayerPlan plan) => $"less the mean {layer.Mean}, divided by √{layer.Variance}";

    protected override string Caption(NormalizationSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, NormalizationSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        string centred = nodes.Add("Sub", $"{layer.Name}_centred", [inputs[0], nodes.Constant($"{layer.Name}_mean", plan.Input, layer.Mean.Of)]);
        return nodes.Add("Div", layer.Name, [centred, nodes.Constant($"{layer.Name}_deviation", plan.Input, layer.Deviation)]);
    }
}
