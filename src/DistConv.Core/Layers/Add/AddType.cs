using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Add;

/// <summary>Sums of layers.</summary>
internal sealed class AddType : PlainMergeType<AddSpec>
{
    private AddType()
        : base(name => new AddSpec(name), "add", "Add")
    {
    }

    public static AddType Instance { get; } = new();

    protected override LayerTraits Traits(AddSpec layer, LayerPlan plan, bool afterRelu) => base.Traits(layer, plan, afterRelu) with
    {
        PassesGradient = true,
        EpilogueStep = plan.Inputs.Count == 2 ? EpilogueStep.Sum : EpilogueStep.None,
    };

    protected override Layer Create(AddSpec layer, LayerPlan plan, LayerContext context) => new AddLayer(plan, context);
}
