using DistConv.Core.Layers;
using DistConv.Core.Layers.Cropping2D;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>Images without their edges.</summary>
internal sealed class Cropping2DForm : LayerForm<Cropping2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Cropping2D"] = ["cropping", "data_format"],
        ["cropping2d"] = ["cropping"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(Cropping2DSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It cuts off the edges of each channel: {layer.Cropping.Top} rows at the top, {layer.Cropping.Bottom} at the bottom, {layer.Cropping.Left} columns "
            + $"on the left and {layer.Cropping.Right} on the right. What is never worth a look, such as the sky above a road, costs nothing then.");

    protected override string Summarize(Cropping2DSpec layer, LayerPlan plan) => $"the image without its edges: {layer.Cropping}";

    protected override string Caption(Cropping2DSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, Cropping2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        Borders borders = layer.Cropping;
        string starts = nodes.Constant($"{layer.Name}_starts", borders.Top, borders.Left);
        string ends = nodes.Constant($"{layer.Name}_ends", borders.Top + plan.Output.Height, borders.Left + plan.Output.Width);
        return nodes.Add("Slice", layer.Name, [inputs[0], starts, ends, nodes.Constant($"{layer.Name}_axes", 2, 3)]);
    }
}
