using DistConv.Core.Layers.Merging;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Multiply;

/// <summary>Products of layers.</summary>
internal sealed class MultiplyType : PlainMergeType<MultiplySpec>
{
    private MultiplyType()
        : base(name => new MultiplySpec(name), "multiply", "Multiply")
    {
    }

    public static MultiplyType Instance { get; } = new();

    /// <summary>Whether an input has one position, which counts for all of the output's.</summary>
    public static bool IsRepeated(TensorShape input, TensorShape output) => !input.IsFlat && input.Height * input.Width == 1 && input != output;

    protected override LayerShapes Infer(MultiplySpec layer, ShapeScope scope)
    {
        List<TensorShape> inputs = [.. scope.Inputs];
        int whole = int.Max(0, inputs.FindIndex(shape => shape.Height * shape.Width > 1));
        TensorShape output = inputs[whole];
        int other = inputs.FindIndex(shape => shape != output && !(IsRepeated(shape, output) && !output.IsFlat && shape.Channels == output.Channels));
        if (other < 0) return new LayerShapes(output);
        string wanted = output.IsFlat || scope.Inputs[other].IsFlat
            ? "its inputs must have one shape"
            : $"its inputs must have one shape, or be (1, 1, {output.Channels})";
        throw Differ(layer, scope, int.Max(whole, other), wanted, int.Min(whole, other));
    }

    protected override LayerTraits Traits(MultiplySpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = true, ScratchEstimate = MultiplyLayer.Scratch(plan) };

    protected override Layer Create(MultiplySpec layer, LayerPlan plan, LayerContext context) => new MultiplyLayer(plan, context);
}
