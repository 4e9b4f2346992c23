using DistConv.Core.Layers;
using DistConv.Core.Layers.Reshape;

namespace DistConv.Filters.Layers;

/// <summary>The same values in another shape.</summary>
internal sealed class ReshapeForm : LayerForm<ReshapeSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Reshape"] = ["target_shape"],
        ["reshape"] = ["shape"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(ReshapeSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It takes the {plan.Input.Size:N0} values as they stand in memory, row by row, pixel by pixel, the channels of a pixel together, and reads them as "
            + $"{plan.Output}. It computes nothing.");

    protected override string Summarize(ReshapeSpec layer, LayerPlan plan) => $"the same values as {plan.Output}";

    protected override string Caption(ReshapeSpec layer) => layer.Type;

    /// <summary>ONNX's images are channels first, so they are turned before and behind.</summary>
    protected override string WriteOnnx(IOnnxNodes nodes, ReshapeSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        string values = plan.Input.IsFlat
            ? inputs[0]
            : nodes.Add("Transpose", $"{layer.Name}_pixels", inputs, OnnxAttribute.List("perm", 0, 2, 3, 1));
        if (plan.Output.IsFlat) return plan.Input.IsFlat ? values : nodes.Add("Flatten", layer.Name, [values], OnnxAttribute.Number("axis", 1));
        string shape = nodes.Constant($"{layer.Name}_shape", 0, plan.Output.Height, plan.Output.Width, plan.Output.Channels);
        string pixels = nodes.Add("Reshape", $"{layer.Name}_reshaped", [values, shape]);
        return nodes.Add("Transpose", layer.Name, [pixels], OnnxAttribute.List("perm", 0, 3, 1, 2));
    }
}
