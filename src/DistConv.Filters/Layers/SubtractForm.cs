using DistConv.Core.Layers;
using DistConv.Core.Layers.Subtract;

namespace DistConv.Filters.Layers;

/// <summary>Differences of two layers.</summary>
internal sealed class SubtractForm() : MergeForm<SubtractSpec>("Subtract", "subtract", "difference", "Sub")
{
    protected override string Text(LayerPlan plan) =>
        "It subtracts its second input from its first, value by value: what one branch sees and the other does not.";
}
