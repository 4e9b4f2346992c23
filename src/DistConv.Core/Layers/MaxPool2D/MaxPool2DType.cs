using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.MaxPool2D;

/// <summary>Maximum pooling.</summary>
internal sealed class MaxPool2DType : Pool2DType<MaxPool2DSpec>
{
    private MaxPool2DType()
        : base("maxpool2d", "MaxPooling2D", "MaxPool2D")
    {
    }

    public static MaxPool2DType Instance { get; } = new();

    protected override MaxPool2DSpec Create(string name, (int Height, int Width) pool, (int Height, int Width) strides, Padding padding) =>
        new(name, pool.Height, pool.Width, strides.Height, strides.Width, padding);

    protected override LayerTraits Traits(MaxPool2DSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsOutput = afterRelu, StateLength = plan.Output.Size, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(MaxPool2DSpec layer, LayerPlan plan, LayerContext context) =>
        new MaxPool2DLayer(plan, context, layer.Shape(plan.Input));
}
