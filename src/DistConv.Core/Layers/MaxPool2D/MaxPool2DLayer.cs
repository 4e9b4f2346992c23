using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.MaxPool2D;

/// <summary>Maximum pooling; the state keeps which tap was chosen.</summary>
internal sealed unsafe class MaxPool2DLayer(LayerPlan plan, LayerContext context, Pool2DShape shape) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    protected override bool AppliesReluGradient => true;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => Context.Kernels.MaxPool(shape, row.Input, row.Output, row.State);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.MaxPoolGradient(shape, row.State, gradOutput, *gradInputs, AfterRelu ? row.Output : null);
}
