using DistConv.Core.Layers.Noise;

namespace DistConv.Core.Layers.AlphaDropout;

/// <summary>Dropout for networks with SELU.</summary>
internal sealed class AlphaDropoutType : RateType<AlphaDropoutSpec>
{
    private AlphaDropoutType()
        : base((name, rate) => new AlphaDropoutSpec(name, rate), layer => layer.Rate, "alphadropout", "AlphaDropout")
    {
    }

    public static AlphaDropoutType Instance { get; } = new();

    protected override Layer Create(AlphaDropoutSpec layer, LayerPlan plan, LayerContext context) => new AlphaDropoutLayer(plan, context, layer);
}
