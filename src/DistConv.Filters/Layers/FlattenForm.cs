using DistConv.Core.Layers;
using DistConv.Core.Layers.Flatten;

namespace DistConv.Filters.Layers;

/// <summary>An image as a list.</summary>
internal sealed class FlattenForm : LayerForm<FlattenSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Flatten"] = [],
        ["flatten"] = [],
    };

    public override bool KeepsPlaces => true;

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(FlattenSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It writes the {plan.Input} values one after another, row by row, pixel by pixel, the channels of a pixel together: "
                + $"{plan.Output.Size:N0} numbers. It computes nothing; a dense layer needs a list.");

    protected override string Summarize(FlattenSpec layer, LayerPlan plan) => "a list of all values";

    protected override string Caption(FlattenSpec layer) => layer.Type;

    /// <summary>The values of an image come channel by channel: see <see cref="FlatOrder"/>.</summary>
    protected override string WriteOnnx(IOnnxNodes nodes, FlattenSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        plan.Input.IsFlat ? inputs[0] : nodes.Add("Flatten", layer.Name, inputs, OnnxAttribute.Number("axis", 1));
}
