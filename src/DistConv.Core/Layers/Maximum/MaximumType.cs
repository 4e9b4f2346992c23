using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Maximum;

/// <summary>The largest of several layers' values.</summary>
internal sealed class MaximumType : PlainMergeType<MaximumSpec>
{
    private MaximumType()
        : base(name => new MaximumSpec(name), "maximum", "Maximum")
    {
    }

    public static MaximumType Instance { get; } = new();

    protected override LayerTraits Traits(MaximumSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, StateLength = plan.Output.Size };

    protected override Layer Create(MaximumSpec layer, LayerPlan plan, LayerContext context) => new ChoiceLayer<Larger>(plan, context);
}
