using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Average;

/// <summary>Means of layers.</summary>
internal sealed class AverageType : PlainMergeType<AverageSpec>
{
    private AverageType()
        : base(name => new AverageSpec(name), "average", "Average")
    {
    }

    public static AverageType Instance { get; } = new();

    protected override Layer Create(AverageSpec layer, LayerPlan plan, LayerContext context) => new AverageLayer(plan, context);
}
