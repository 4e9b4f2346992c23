using DistConv.Core.Layers.Affine;
using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Normalization;

/// <summary><c>y = (x − mean) / deviation</c>, a subtraction and a division; the gradient is the output's divided by the deviation.</summary>
internal sealed unsafe class NormalizationLayer : SampleLayer
{
    private readonly ChannelPattern _mean;
    private readonly ChannelPattern _deviation;
    private readonly float[] _deviations;

    public NormalizationLayer(LayerPlan plan, LayerContext context, NormalizationSpec spec)
        : base(plan, context)
    {
        int channels = plan.Input.Channels;
        _mean = new ChannelPattern(channels, spec.IsAdapted ? _ => 0f : spec.Mean.Of);
        _deviation = new ChannelPattern(channels, spec.IsAdapted ? _ => 1f : spec.Deviation);
        _deviations = new float[spec.IsAdapted ? channels : 0];
    }

    /// <inheritdoc/>
    public override int PackUnits => _deviations.Length == 0 ? 0 : 1;

    /// <inheritdoc/>
    public override void Pack(int unit, float* parameters)
    {
        float* variances = parameters + Find(TensorPlan.Variance)!.Offset;
        for (int c = 0; c < _deviations.Length; c++) _deviations[c] = NormalizationSpec.Deviation(variances[c]);
        _mean.Fill(new ReadOnlySpan<float>(parameters + Find(TensorPlan.Mean)!.Offset, _deviations.Length));
        _deviation.Fill(_deviations);
    }

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
