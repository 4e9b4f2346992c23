using DistConv.Core.Layers;
using DistConv.Core.Layers.ActivityRegularization;

namespace DistConv.Filters.Layers;

/// <summary>Penalties on what layers give, which do nothing after training.</summary>
internal sealed class ActivityRegularizationForm : LayerForm<ActivityRegularizationSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["ActivityRegularization"] = ["l1", "l2"],
        ["activityregularization"] = ["l1", "l2"],
    };

    public override bool KeepsPlaces => true;

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(ActivityRegularizationSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It passes on what it gets. In training, the loss of a sample grows by {layer.L1} times the sum of the magnitudes of its values and {layer.L2} times "
            + "the sum of their squares, so that the layer before it learns to give small values, and with the first term many zeros. When the network is "
            + "used, the layer does nothing.");

    protected override string Summarize(ActivityRegularizationSpec layer, LayerPlan plan) =>
        $"in training, a penalty on its values: l1 {layer.L1}, l2 {layer.L2}";

    protected override string Caption(ActivityRegularizationSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, ActivityRegularizationSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) => inputs[0];
}
