using DistConv.Core.Layers;
using DistConv.Core.Layers.Average;

namespace DistConv.Filters.Layers;

/// <summary>Means of layers.</summary>
internal sealed class AverageForm() : MergeForm<AverageSpec>("Average", "average", "mean", "Mean")
{
    protected override string Text(LayerPlan plan) =>
        $"It takes the mean of its {plan.Inputs.Count} inputs, value by value: branches that learned the same task in different ways vote on the result.";
}
