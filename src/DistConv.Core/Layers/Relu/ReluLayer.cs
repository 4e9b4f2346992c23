namespace DistConv.Core.Layers.Relu;

/// <summary><c>x &lt; 0 ? +0 : x</c> as a layer of its own.</summary>
internal sealed unsafe class ReluLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    protected override bool AppliesReluGradient => true;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => Context.Kernels.Relu(row.Input, row.Output, Plan.Output.Size);

    /// <summary>What comes is the gradient before this ReLU already.</summary>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        PassGradient(0, row, gradOutput, *gradInputs);
}
