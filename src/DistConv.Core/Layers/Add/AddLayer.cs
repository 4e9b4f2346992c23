using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Add;

/// <summary><c>y = ((x₀ + x₁) + x₂) + …</c>, element by element. The gradient of each input is that of the output.</summary>
internal sealed unsafe class AddLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    protected override bool AppliesReluGradient => true;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        Context.Kernels.AddAll(row.Inputs, Plan.Inputs.Count, row.Output, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int i = 0; i < Plan.Inputs.Count; i++)
        {
            if (gradInputs[i] != null) PassGradient(i, row, gradOutput, gradInputs[i]);
        }
    }
}
