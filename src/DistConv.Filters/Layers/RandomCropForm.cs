using DistConv.Core.Layers;
using DistConv.Core.Layers.RandomCrop;

namespace DistConv.Filters.Layers;

/// <summary>Parts of pictures in training.</summary>
internal sealed class RandomCropForm() : ResizeForm<RandomCropSpec>("RandomCrop", "randomcrop")
{
    protected override LayerExplanation Explain(RandomCropSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        plan.Input.Height < layer.Height || plan.Input.Width < layer.Width
            ? $"Its input is too small for a part of {layer.Height} × {layer.Width}, so its output is always {WindowText(layer, plan.Input)}."
            : $"In training it cuts a part of {layer.Height} × {layer.Width} out of each picture, at a place that is drawn anew in each step. The layers "
                + $"behind it learn not to depend on where things are. When the network is used, the output is {WindowText(layer, plan.Input)}.");

    protected override string Summarize(RandomCropSpec layer, LayerPlan plan) => $"in training, a part of {layer.Height} × {layer.Width} at a random place";
}
