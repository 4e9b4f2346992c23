using DistConv.Core.Layers;
using DistConv.Core.Layers.CenterCrop;
using DistConv.Core.Layers.Sampling;

namespace DistConv.Filters.Layers;

/// <summary>The middle of images.</summary>
internal sealed class CenterCropForm() : ResizeForm<CenterCropSpec>("CenterCrop", "centercrop")
{
    protected override LayerExplanation Explain(CenterCropSpec layer, LayerPlan plan) =>
        LayerExplanation.WithoutWeights(
            plan,
            $"Its output is {WindowText(layer, plan.Input)}."
                + (layer.Window(plan.Input) == ImageWindow.Whole(plan.Input) ? "" : " What lies at the edges has no part in what follows."));

    protected override string Summarize(CenterCropSpec layer, LayerPlan plan) => $"the middle of the image: {layer.Height} × {layer.Width}";
}
