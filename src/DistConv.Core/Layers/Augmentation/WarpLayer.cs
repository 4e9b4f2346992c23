using DistConv.Core.Layers.Sampling;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>Pictures that are moved, turned or scaled: each pixel of the output is sampled from the input.</summary>
internal sealed unsafe class WarpLayer(LayerPlan plan, LayerContext context, WarpSpec spec) : RandomImageLayer(plan, context)
{
    private readonly float _fill = (float)spec.FillValue;

    /// <inheritdoc/>
    protected override void Vary(in SampleContext context, in RowMemory row) =>
        ImageSampling.Gather(Sampling(context), row.Input, _fill, Plan.Output, row.Output);

    /// <inheritdoc/>
    protected override void VaryGradient(in SampleContext context, in RowMemory row, float* gradOutput, float* gradInput) =>
        ImageSampling.Scatter(Sampling(context), gradOutput, Plan.Output, gradInput, Plan.Input.Size);

    private AffineSampling Sampling(in SampleContext context) =>
        new(spec.Draw(Plan.Input, Word(context, 0), Word(context, 1)), Plan.Input, spec.FillMode, spec.Interpolation);
}
