namespace DistConv.Core.Layers.Add;

/// <summary><c>y = ((x₀ + x₁) + x₂) + …</c>, element by element. The gradient of each input is that of the output.</summary>
internal sealed unsafe class AddLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        int size = Plan.Output.Size;
        new ReadOnlySpan<float>(row.Input, size).CopyTo(new Span<float>(row.Output, size));
        for (int i = 1; i < Plan.Inputs.Count; i++) Context.Kernels.Add(row.Inputs[i], row.Output, size);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        int size = Plan.Output.Size;
        for (int i = 0; i < Plan.Inputs.Count; i++)
        {
            if (gradInputs[i] != null) new ReadOnlySpan<float>(gradOutput, size).CopyTo(new Span<float>(gradInputs[i], size));
        }
    }
}
