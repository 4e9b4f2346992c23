using DistConv.Core.Layers;
using DistConv.Core.Layers.Resizing;

namespace DistConv.Filters.Layers;

/// <summary>Images in another size.</summary>
internal sealed class ResizingForm() : ResizeForm<ResizingSpec>("Resizing", "resizing", "interpolation")
{
    protected override LayerExplanation Explain(ResizingSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"Its output is {WindowText(layer, plan.Input)}."
            + (plan.Output.Size < plan.Input.Size ? " A smaller image makes the layers behind it cheaper, and loses detail." : ""));

    protected override string Summarize(ResizingSpec layer, LayerPlan plan) => $"the image in another size: {layer.Height} × {layer.Width}";
}
