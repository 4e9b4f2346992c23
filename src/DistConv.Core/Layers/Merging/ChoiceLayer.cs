namespace DistConv.Core.Layers.Merging;

/// <summary>
/// The best of its inputs, value by value. An input replaces those before it where it is better, or NaN, so the first of equal ones is chosen, and gets the
/// gradient; the others get +0. The state keeps which was chosen.
/// </summary>
/// <typeparam name="TOrder">What is better.</typeparam>
/// <param name="plan">Shapes and counts.</param>
/// <param name="context">Its place.</param>
internal sealed unsafe class ChoiceLayer<TOrder>(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
    where TOrder : struct, IOrder
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        int size = Plan.Output.Size;
        Copy(row.Input, row.Output);
        new Span<float>(row.State, size).Clear();
        for (int i = 1; i < Plan.Inputs.Count; i++) Context.Kernels.Choose<TOrder>(row.Inputs[i], i, row.Output, row.State, size);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int i = 0; i < Plan.Inputs.Count; i++)
        {
            if (gradInputs[i] != null) Context.Kernels.Chosen(row.State, i, gradOutput, gradInputs[i], Plan.Output.Size);
        }
    }
}
