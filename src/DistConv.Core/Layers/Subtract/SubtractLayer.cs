using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Subtract;

/// <summary><c>y = x₀ − x₁</c>, value by value. The gradient of the first input is that of the output, the gradient of the second is −1 times that.</summary>
internal sealed unsafe class SubtractLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        Context.Kernels.Combine<Difference>(row.Inputs[0], row.Inputs[1], row.Output, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        if (gradInputs[0] != null) Copy(gradOutput, gradInputs[0]);
        if (gradInputs[1] != null) Context.Kernels.CombineWith<Product>(gradOutput, -1f, gradInputs[1], Plan.Output.Size);
    }
}
