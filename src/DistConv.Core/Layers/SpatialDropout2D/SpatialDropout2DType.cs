using DistConv.Core.Layers.Noise;

namespace DistConv.Core.Layers.SpatialDropout2D;

/// <summary>Dropout of whole channels.</summary>
internal sealed class SpatialDropout2DType : RateType<SpatialDropout2DSpec>
{
    private SpatialDropout2DType()
        : base((name, rate) => new SpatialDropout2DSpec(name, rate), layer => layer.Rate, "spatialdropout2d", "SpatialDropout2D")
    {
    }

    public static SpatialDropout2DType Instance { get; } = new();

    protected override LayerShapes Infer(SpatialDropout2DSpec layer, ShapeScope scope) => new(scope.Image(Name));

    protected override LayerTraits Traits(SpatialDropout2DSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, StateLength = plan.Output.Channels };

    protected override Layer Create(SpatialDropout2DSpec layer, LayerPlan plan, LayerContext context) => new SpatialDropout2DLayer(plan, context, layer);
}
