using DistConv.Core.Layers;
using DistConv.Core.Layers.Normalization;

namespace DistConv.Filters.Layers;

/// <summary>Normalization with given means and variances, or with those of the data.</summary>
internal sealed class NormalizationForm : LayerForm<NormalizationSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Normalization"] = ["axis", "mean", "variance"],
        ["normalization"] = ["mean", "variance"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(NormalizationSpec layer, LayerPlan plan) => layer.IsAdapted
        ? new LayerExplanation(plan,
        [
            ("What it computes",
                "It subtracts from each channel its mean and divides by the square root of its variance: then each channel has mean 0 and variance 1. "
                    + "The numbers are those of the data that the network was made for, and come with its weights."),
            ($"The output: {plan.Output}", $"From {plan.Input}."),
            ("Parameters", $"{plan.StateValues:N0}: a mean and a variance of each channel, and how many values they were taken over. They are not trained."),
        ])
        : LayerExplanation.WithoutWeights(
        plan,
        $"It subtracts the mean {layer.Mean} and divides by the square root of the variance {layer.Variance}, which are those of the data that it was made "
            + "for: then each channel has mean 0 and variance 1. The numbers are given, not learned.");

    protected override string Summarize(NormalizationSpec layer, LayerPlan plan) => layer.IsAdapted
        ? "each channel less its mean in the data, divided by the root of its variance"
        : $"less the mean {layer.Mean}, divided by √{layer.Variance}";

    protected override string Caption(NormalizationSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, NormalizationSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        Func<int, float> mean = layer.Mean.Of, deviation = layer.Deviation;
        if (layer.IsAdapted)
        {
            ReadOnlyMemory<float> means = nodes.Values(layer, TensorPlan.Mean), variances = nodes.Values(layer, TensorPlan.Variance);
            (mean, deviation) = (c => means.Span[c], c => NormalizationSpec.Deviation(variances.Span[c]));
        }

        string centred = nodes.Add("Sub", $"{layer.Name}_centred", [inputs[0], nodes.Constant($"{layer.Name}_mean", plan.Input, mean)]);
        return nodes.Add("Div", layer.Name, [centred, nodes.Constant($"{layer.Name}_deviation", plan.Input, deviation)]);
    }
}
