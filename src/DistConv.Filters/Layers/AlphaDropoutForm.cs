using DistConv.Core.Layers;
using DistConv.Core.Layers.AlphaDropout;

namespace DistConv.Filters.Layers;

/// <summary>Dropout for networks with SELU.</summary>
internal sealed class AlphaDropoutForm() : NoiseForm<AlphaDropoutSpec>("AlphaDropout", "alphadropout", "rate", "rate")
{
    protected override string Text(AlphaDropoutSpec layer) =>
        $"In training it sets each value to the lowest one that SELU gives with probability {layer.Rate}, anew for each sample, then scales and shifts all, so "
            + "that mean and variance stay what SELU makes them (Klambauer et al. 2017).";

    protected override string Summarize(AlphaDropoutSpec layer, LayerPlan plan) =>
        $"in training, {layer.Rate * 100:F0} % of the values become the lowest of SELU";
}
