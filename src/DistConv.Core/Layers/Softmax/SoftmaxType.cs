namespace DistConv.Core.Layers.Softmax;

/// <summary>Softmax. At the end the loss computes it.</summary>
internal sealed class SoftmaxType : PlainType<SoftmaxSpec>
{
    private SoftmaxType()
        : base(name => new SoftmaxSpec(name), "softmax", "Softmax")
    {
    }

    public static SoftmaxType Instance { get; } = new();

    internal override IReadOnlyList<string> ActivationNames => ["softmax"];

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => new SoftmaxSpec(name);

    protected override LayerShapes Infer(SoftmaxSpec layer, ShapeScope scope)
    {
        if (!scope.IsLast || scope.Input.IsFlat) return new LayerShapes(scope.Input);
        throw new InvalidInputException(
            $"{scope.Where}: needs a flat input such as (10), but its input is {scope.Input}; put flatten and dense before it");
    }

    protected override LayerTraits Traits(SoftmaxSpec layer, LayerPlan plan, bool afterRelu) =>
        plan.IsOutput ? new() { IsIdentity = true } : new() { ReadsInput = afterRelu, ReadsOutput = true };

    protected override Layer Create(SoftmaxSpec layer, LayerPlan plan, LayerContext context) =>
        plan.IsOutput ? new IdentityLayer(plan, context) : new SoftmaxLayer(plan, context);
}
