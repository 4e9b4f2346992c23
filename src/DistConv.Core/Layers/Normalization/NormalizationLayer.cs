using DistConv.Core.Layers.Affine;
using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Normalization;

/// <summary><c>y = (x − mean) / deviation</c>, a subtraction and a division; the gradient is the output's divided by the deviation.</summary>
internal sealed unsafe class NormalizationLayer(LayerPlan plan, LayerContext context, NormalizationSpec spec) : SampleLayer(plan, context)
{
    private readonly ChannelPattern _mean = new(plan.Input.Channels, spec.Mean.Of);
    private readonly ChannelPattern _deviation = new(plan.Input.Channels, spec.Deviation);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        Context.Kernels.CombineRepeated<Difference>(row.Input, _mean, row.Output, Plan.Output.Size);
        Context.Kernels.CombineRepeated<Quotient>(row.Output, _deviation, row.Output, Plan.Output.Size);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.CombineRepeated<Quotient>(gradOutput, _deviation, *gradInputs, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _mean.Dispose();
        _deviation.Dispose();
        base.Dispose(disposing);
    }
}
