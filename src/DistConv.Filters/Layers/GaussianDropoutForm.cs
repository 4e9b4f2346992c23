using DistConv.Core.Layers;
using DistConv.Core.Layers.GaussianDropout;

namespace DistConv.Filters.Layers;

/// <summary>Noise that multiplies.</summary>
internal sealed class GaussianDropoutForm() : NoiseForm<GaussianDropoutSpec>("GaussianDropout", "gaussiandropout", "rate", "rate")
{
    protected override string Text(GaussianDropoutSpec layer) =>
        $"In training it multiplies each value by a random number, anew for each sample: normal with mean 1 and variance {layer.Rate} / (1 - {layer.Rate}), "
            + "which is the variance of dropout, without making values 0 (Srivastava et al. 2014).";

    protected override string Summarize(GaussianDropoutSpec layer, LayerPlan plan) =>
        $"in training, values are multiplied by noise as strong as dropout of {layer.Rate * 100:F0} %";
}
