using DistConv.Core.Layers;
using DistConv.Core.Layers.Dropout;

namespace DistConv.Filters.Layers;

/// <summary>Dropout, which does nothing after training.</summary>
internal sealed class DropoutForm : LayerForm<DropoutSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Dropout"] = ["rate"],
        ["dropout"] = ["rate"],
    };

    public override bool KeepsPlaces => true;

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(DropoutSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"In training it sets each value to 0 with probability {layer.Rate}, anew for each sample, and divides the others by 1 - {layer.Rate}, so "
                + "that the mean stays the same (Srivastava et al. 2014). The layers behind it cannot rely on single values, which makes it harder to learn "
                + "the training pictures by heart. When the network is used, dropout does nothing.");

    protected override string Summarize(DropoutSpec layer, LayerPlan plan) => $"in training, {layer.Rate * 100:F0} % of the values become 0";

    protected override string Caption(DropoutSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, DropoutSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) => inputs[0];
}
