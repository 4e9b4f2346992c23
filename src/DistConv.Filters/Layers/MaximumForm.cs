using DistConv.Core.Layers;
using DistConv.Core.Layers.Maximum;

namespace DistConv.Filters.Layers;

/// <summary>The largest of several layers' values.</summary>
internal sealed class MaximumForm() : MergeForm<MaximumSpec>("Maximum", "maximum", "maximum", "Max")
{
    protected override string Text(LayerPlan plan) =>
        $"Of its {plan.Inputs.Count} inputs it keeps the largest, value by value. Only the input that was chosen gets a gradient (maxout, "
            + "Goodfellow et al. 2013).";
}
