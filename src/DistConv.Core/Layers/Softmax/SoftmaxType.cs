namespace DistConv.Core.Layers.Softmax;

/// <summary>Softmax at the end; the loss computes it.</summary>
internal sealed class SoftmaxType : PlainType<SoftmaxSpec>
{
    private SoftmaxType()
        : base(name => new SoftmaxSpec(name), "softmax", "Softmax")
    {
    }

    public static SoftmaxType Instance { get; } = new();

    protected override LayerShapes Infer(SoftmaxSpec layer, ShapeScope scope)
    {
        if (!scope.IsLast) throw scope.SoftmaxNotLast();
        if (scope.Input.IsFlat) return new LayerShapes(scope.Input);
        throw new InvalidInputException(
            $"{scope.Where}: needs a flat input such as (10), but its input is {scope.Input}; put flatten and dense before it");
    }

    protected override LayerTraits Traits(SoftmaxSpec layer, LayerPlan plan, bool afterRelu) => new() { IsIdentity = true };

    protected override Layer Create(SoftmaxSpec layer, LayerPlan plan, LayerContext context) => new IdentityLayer(plan, context);
}
