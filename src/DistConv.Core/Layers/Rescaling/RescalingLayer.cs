using DistConv.Core.Layers.Affine;
using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Rescaling;

/// <summary><c>y = fma(x, scale, offset)</c>; the gradient is the output's times the scale.</summary>
internal sealed unsafe class RescalingLayer(LayerPlan plan, LayerContext context, RescalingSpec spec) : SampleLayer(plan, context)
{
    private readonly ChannelPattern _scale = new(plan.Input.Channels, spec.Scale.Of);
    private readonly ChannelPattern _offset = new(plan.Input.Channels, spec.Offset.Of);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        Context.Kernels.ScaleAndShift(row.Input, _scale, _offset, row.Output, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.CombineRepeated<Product>(gradOutput, _scale, *gradInputs, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _scale.Dispose();
        _offset.Dispose();
        base.Dispose(disposing);
    }
}
