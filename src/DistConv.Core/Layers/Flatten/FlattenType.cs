using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Flatten;

/// <summary>The values of an image as a vector.</summary>
internal sealed class FlattenType : PlainType<FlattenSpec>
{
    private FlattenType()
        : base(name => new FlattenSpec(name), "flatten", "Flatten")
    {
    }

    public static FlattenType Instance { get; } = new();

    protected override LayerShapes Infer(FlattenSpec layer, ShapeScope scope) => new(TensorShape.Flat(scope.Input.Size));

    protected override LayerTraits Traits(FlattenSpec layer, LayerPlan plan, bool afterRelu) => new() { IsIdentity = true };

    protected override Layer Create(FlattenSpec layer, LayerPlan plan, LayerContext context) => new IdentityLayer(plan, context);
}
