using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Average;

/// <summary><c>y = (((x₀ + x₁) + x₂) + …) / n</c>, value by value. The gradient of each input is that of the output divided by n.</summary>
internal sealed unsafe class AverageLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        int size = Plan.Output.Size;
        Context.Kernels.AddAll(row.Inputs, Plan.Inputs.Count, row.Output, size);
        Context.Kernels.CombineWith<Quotient>(row.Output, Plan.Inputs.Count, row.Output, size);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int i = 0; i < Plan.Inputs.Count; i++)
        {
            if (gradInputs[i] != null) Context.Kernels.CombineWith<Quotient>(gradOutput, Plan.Inputs.Count, gradInputs[i], Plan.Output.Size);
        }
    }
}
