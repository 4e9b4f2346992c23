namespace DistConv.Core.Layers.Sampling;

/// <summary>A window of the image, resized: the same in training and in use.</summary>
internal sealed unsafe class ResizeLayer(LayerPlan plan, LayerContext context, ResizeSpec spec) : SampleLayer(plan, context)
{
    private readonly float _fill = (float)spec.FillValue;
    private readonly ResizeSampling _sampling = new(plan.Input, spec.Window(plan.Input), spec.Height, spec.Width, spec.Interpolation);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => ImageSampling.Gather(_sampling, row.Input, _fill, Plan.Output, row.Output);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        ImageSampling.Scatter(_sampling, gradOutput, Plan.Output, *gradInputs, Plan.Input.Size);
}
