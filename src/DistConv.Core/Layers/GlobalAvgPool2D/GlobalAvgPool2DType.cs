using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.GlobalAvgPool2D;

/// <summary>The mean of each channel: average pooling with one window.</summary>
internal sealed class GlobalAvgPool2DType : GlobalPool2DType<GlobalAvgPool2DSpec>
{
    private GlobalAvgPool2DType()
        : base("globalavgpool2d", "GlobalAveragePooling2D", "GlobalAvgPool2D")
    {
    }

    public static GlobalAvgPool2DType Instance { get; } = new();

    protected override GlobalAvgPool2DSpec Create(string name, bool keepDims) => new(name, keepDims);

    protected override LayerTraits Traits(GlobalAvgPool2DSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(GlobalAvgPool2DSpec layer, LayerPlan plan, LayerContext context) =>
        new AvgPool2DLayer(plan, context, GlobalPool2DSpec.Shape(plan.Input));
}
