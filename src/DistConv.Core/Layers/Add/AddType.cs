using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Add;

/// <summary>Sums of layers.</summary>
internal sealed class AddType : PlainType<AddSpec>
{
    private AddType()
        : base(name => new AddSpec(name), "add", "Add")
    {
    }

    public static AddType Instance { get; } = new();

    public override int MinInputs => 2;

    public override int MaxInputs => int.MaxValue;

    protected override LayerShapes Infer(AddSpec layer, ShapeScope scope)
    {
        TensorShape first = scope.Input;
        for (int i = 1; i < scope.Inputs.Count; i++)
        {
            if (scope.Inputs[i] == first) continue;
            string[] names = [.. layer.Inputs.Names];
            throw new InvalidInputException(
                $"{scope.Where}: its inputs must have one shape, but '{names[0]}' gives {first} and '{names[i]}' gives {scope.Inputs[i]}");
        }

        return new LayerShapes(first);
    }

    protected override LayerTraits Traits(AddSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };

    protected override Layer Create(AddSpec layer, LayerPlan plan, LayerContext context) => new AddLayer(plan, context);
}
