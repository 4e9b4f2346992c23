namespace DistConv.Core.Layers.Relu;

/// <summary>ReLU as a layer of its own.</summary>
internal sealed class ReluType : PlainType<ReluSpec>
{
    private ReluType()
        : base(name => new ReluSpec(name), "relu", "ReLU")
    {
    }

    public static ReluType Instance { get; } = new();

    protected override LayerShapes Infer(ReluSpec layer, ShapeScope scope) => new(scope.Input);

    protected override LayerTraits Traits(ReluSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { EndsInRelu = true, ReadsInput = afterRelu, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(ReluSpec layer, LayerPlan plan, LayerContext context) => new ReluLayer(plan, context);
}
