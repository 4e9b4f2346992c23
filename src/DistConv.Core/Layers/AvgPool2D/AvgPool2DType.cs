using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.AvgPool2D;

/// <summary>Average pooling.</summary>
internal sealed class AvgPool2DType : Pool2DType<AvgPool2DSpec>
{
    private AvgPool2DType()
        : base("avgpool2d", "AveragePooling2D", "AvgPool2D")
    {
    }

    public static AvgPool2DType Instance { get; } = new();

    protected override AvgPool2DSpec Create(string name, (int Height, int Width) pool, (int Height, int Width) strides, Padding padding) =>
        new(name, pool.Height, pool.Width, strides.Height, strides.Width, padding);

    protected override LayerTraits Traits(AvgPool2DSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(AvgPool2DSpec layer, LayerPlan plan, LayerContext context) =>
        new AvgPool2DLayer(plan, context, layer.Shape(plan.Input));
}
