using DistConv.Core.Layers;
using DistConv.Core.Layers.Minimum;

namespace DistConv.Filters.Layers;

/// <summary>The smallest of several layers' values.</summary>
internal sealed class MinimumForm() : MergeForm<MinimumSpec>("Minimum", "minimum", "minimum", "Min")
{
    protected override string Text(LayerPlan plan) =>
        $"Of its {plan.Inputs.Count} inputs it keeps the smallest, value by value. Only the input that was chosen gets a gradient.";
}
