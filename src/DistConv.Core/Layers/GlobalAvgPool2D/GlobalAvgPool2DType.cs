using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.GlobalAvgPool2D;

/// <summary>The mean of each channel: average pooling with one window.</summary>
internal sealed class GlobalAvgPool2DType : PlainType<GlobalAvgPool2DSpec>
{
    private GlobalAvgPool2DType()
        : base(name => new GlobalAvgPool2DSpec(name), "globalavgpool2d", "GlobalAveragePooling2D", "GlobalAvgPool2D")
    {
    }

    public static GlobalAvgPool2DType Instance { get; } = new();

    protected override LayerShapes Infer(GlobalAvgPool2DSpec layer, ShapeScope scope) => new(TensorShape.Flat(scope.Image(Name).Channels));

    protected override LayerTraits Traits(GlobalAvgPool2DSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(GlobalAvgPool2DSpec layer, LayerPlan plan, LayerContext context)
    {
        TensorShape input = plan.Input;
        return new AvgPool2DLayer(
            plan, context, new Pool2DShape(input.Height, input.Width, input.Channels, input.Height, input.Width, input.Height, input.Width));
    }
}
