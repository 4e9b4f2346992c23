using DistConv.Core.Layers;
using DistConv.Core.Layers.SpatialDropout2D;

namespace DistConv.Filters.Layers;

/// <summary>Dropout of whole channels.</summary>
internal sealed class SpatialDropout2DForm() : NoiseForm<SpatialDropout2DSpec>("SpatialDropout2D", "spatialdropout2d", "rate", "rate")
{
    protected override string Text(SpatialDropout2DSpec layer) =>
        $"In training it sets each channel to 0 as a whole with probability {layer.Rate}, anew for each sample, and divides the others by 1 - {layer.Rate}. "
            + "Neighbouring values of a feature map say nearly the same, so dropping single ones would hide little (Tompson et al. 2015).";

    protected override string Summarize(SpatialDropout2DSpec layer, LayerPlan plan) => $"in training, {layer.Rate * 100:F0} % of the channels become 0";
}
