using DistConv.Core.Layers;
using DistConv.Core.Layers.GaussianNoise;

namespace DistConv.Filters.Layers;

/// <summary>Noise that is added.</summary>
internal sealed class GaussianNoiseForm() : NoiseForm<GaussianNoiseSpec>("GaussianNoise", "gaussiannoise", "stddev", "stdDev")
{
    protected override string Text(GaussianNoiseSpec layer) =>
        $"In training it adds a random number to each value, anew for each sample: normal with mean 0 and standard deviation {layer.StdDev}. The layers behind "
            + "it learn not to depend on small differences.";

    protected override string Summarize(GaussianNoiseSpec layer, LayerPlan plan) => $"in training, noise with standard deviation {layer.StdDev} is added";
}
