using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Minimum;

/// <summary>The smallest of several layers' values.</summary>
internal sealed class MinimumType : PlainMergeType<MinimumSpec>
{
    private MinimumType()
        : base(name => new MinimumSpec(name), "minimum", "Minimum")
    {
    }

    public static MinimumType Instance { get; } = new();

    protected override LayerTraits Traits(MinimumSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, StateLength = plan.Output.Size };

    protected override Layer Create(MinimumSpec layer, LayerPlan plan, LayerContext context) => new ChoiceLayer<Smaller>(plan, context);
}
