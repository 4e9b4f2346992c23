using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Add;

/// <summary><c>y = ((x₀ + x₁) + x₂) + …</c>, element by element. The gradient of each input is that of the output.</summary>
internal sealed unsafe class AddLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        int size = Plan.Output.Size;
        Context.Kernels.Combine<Sum>(row.Inputs[0], row.Inputs[1], row.Output, size);
        for (int i = 2; i < Plan.Inputs.Count; i++) Context.Kernels.Add(row.Inputs[i], row.Output, size);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int i = 0; i < Plan.Inputs.Count; i++)
        {
            if (gradInputs[i] != null) CopyGradient(gradOutput, gradInputs[i]);
        }
    }
}
