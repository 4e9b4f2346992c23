using DistConv.Core.Layers;
using DistConv.Core.Layers.Add;

namespace DistConv.Filters.Layers;

/// <summary>Sums of layers.</summary>
internal sealed class AddForm() : MergeForm<AddSpec>("Add", "add", "sum", "Add")
{
    protected override string Text(LayerPlan plan) =>
        $"It adds its {plan.Inputs.Count} inputs, value by value. What a layer adds to its own input is easier to learn than the whole: when the weights are "
            + "small, the sum is nearly the input (He et al. 2015, deep residual learning).";

    protected override string WriteOnnx(IOnnxNodes nodes, AddSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        string sum = inputs[0];
        for (int i = 1; i < inputs.Count; i++) sum = nodes.Add("Add", i == inputs.Count - 1 ? layer.Name : $"{layer.Name}_{i}", [sum, inputs[i]]);
        return sum;
    }
}
