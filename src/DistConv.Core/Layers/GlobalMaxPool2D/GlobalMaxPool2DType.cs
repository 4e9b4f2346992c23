using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.GlobalMaxPool2D;

/// <summary>The largest value of each channel: maximum pooling with one window.</summary>
internal sealed class GlobalMaxPool2DType : GlobalPool2DType<GlobalMaxPool2DSpec>
{
    /// <summary>The place of the largest value is kept as a float, which is exact up to 2²⁴.</summary>
    private const int MaxPositions = 1 << 24;

    private GlobalMaxPool2DType()
        : base("globalmaxpool2d", "GlobalMaxPooling2D", "GlobalMaxPool2D")
    {
    }

    public static GlobalMaxPool2DType Instance { get; } = new();

    protected override GlobalMaxPool2DSpec Create(string name, bool keepDims) => new(name, keepDims);

    protected override LayerShapes Infer(GlobalMaxPool2DSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        if (input.Height * input.Width <= MaxPositions) return base.Infer(layer, scope);
        throw new InvalidInputException(
            $"{scope.Where}: its input {input} has {input.Height * input.Width:N0} positions; at most {MaxPositions:N0} are possible: put maxpool2d before it");
    }

    protected override LayerTraits Traits(GlobalMaxPool2DSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsOutput = afterRelu, StateLength = plan.Output.Size, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(GlobalMaxPool2DSpec layer, LayerPlan plan, LayerContext context) =>
        new MaxPool2DLayer(plan, context, GlobalPool2DSpec.Shape(plan.Input));
}
