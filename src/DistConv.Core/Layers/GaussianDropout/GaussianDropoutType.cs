using DistConv.Core.Layers.Noise;

namespace DistConv.Core.Layers.GaussianDropout;

/// <summary>Noise that multiplies.</summary>
internal sealed class GaussianDropoutType : RateType<GaussianDropoutSpec>
{
    private GaussianDropoutType()
        : base((name, rate) => new GaussianDropoutSpec(name, rate), layer => layer.Rate, "gaussiandropout", "GaussianDropout")
    {
    }

    public static GaussianDropoutType Instance { get; } = new();

    protected override Layer Create(GaussianDropoutSpec layer, LayerPlan plan, LayerContext context) => new GaussianDropoutLayer(plan, context, layer);
}
