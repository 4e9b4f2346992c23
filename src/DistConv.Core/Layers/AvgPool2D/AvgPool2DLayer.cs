using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.AvgPool2D;

/// <summary>Average pooling; global average pooling is one window over the whole input.</summary>
internal sealed unsafe class AvgPool2DLayer(LayerPlan plan, LayerContext context, Pool2DShape shape) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => Context.Kernels.AvgPool(shape, row.Input, row.Output);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.AvgPoolGradient(shape, gradOutput, *gradInputs);
}
