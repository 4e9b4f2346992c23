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

    protected override string WriteOnnx(IOnnxNodes nodes, FlattenSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        if (plan.Input.IsFlat) return inputs[0];

        // Without a dense layer behind it, the pixels themselves are the classes: they need our order, not ONNX's.
        string image = nodes.HasDense ? inputs[0] : nodes.Add("Transpose", $"{layer.Name}_nhwc", inputs, OnnxAttribute.List("perm", 0, 2, 3, 1));
        return nodes.Add("Flatten", layer.Name, [image], OnnxAttribute.Number("axis", 1));
    }
}
