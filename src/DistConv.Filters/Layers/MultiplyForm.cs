using DistConv.Core.Layers;
using DistConv.Core.Layers.Multiply;

namespace DistConv.Filters.Layers;

/// <summary>Products of layers.</summary>
internal sealed class MultiplyForm() : MergeForm<MultiplySpec>("Multiply", "multiply", "product", "Mul")
{
    protected override string Text(LayerPlan plan) =>
        $"It multiplies its {plan.Inputs.Count} inputs, value by value; an input of 1 × 1 × channels counts for every position. So one branch can say how much "
            + "of another passes: squeeze and excitation weights each channel by what is in the whole picture (Hu et al. 2018).";

    protected override string WriteOnnx(IOnnxNodes nodes, MultiplySpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        string product = inputs[0];
        for (int i = 1; i < inputs.Count; i++) product = nodes.Add("Mul", i == inputs.Count - 1 ? layer.Name : $"{layer.Name}_{i}", [product, inputs[i]]);
        return product;
    }
}
