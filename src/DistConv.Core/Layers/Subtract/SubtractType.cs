using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Subtract;

/// <summary>Differences of two layers.</summary>
internal sealed class SubtractType : PlainMergeType<SubtractSpec>
{
    private SubtractType()
        : base(name => new SubtractSpec(name), "subtract", "Subtract")
    {
    }

    public static SubtractType Instance { get; } = new();

    public override int MaxInputs => 2;

    protected override Layer Create(SubtractSpec layer, LayerPlan plan, LayerContext context) => new SubtractLayer(plan, context);
}
