namespace DistConv.Core.Layers.Activations;

/// <summary>A function of single values as a layer: <c>y = f(x)</c>, and <c>gradInput = gradOutput · f′</c>.</summary>
/// <typeparam name="TFunction">f.</typeparam>
internal sealed unsafe class ActivationLayer<TFunction>(LayerPlan plan, LayerContext context, TFunction function) : SampleLayer(plan, context)
    where TFunction : struct, IActivationFunction
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        Context.Kernels.Activate(function, row.Input, row.Output, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.ActivateGradient(function, TFunction.ReadsOutput ? row.Output : row.Input, gradOutput, *gradInputs, Plan.Output.Size);
}
