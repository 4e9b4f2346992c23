using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Permute;

/// <summary>Each value moves to its new place; each gradient moves back.</summary>
internal sealed unsafe class PermuteLayer : SampleLayer
{
    private readonly long _rowStep;
    private readonly long _columnStep;
    private readonly long _channelStep;

    public PermuteLayer(LayerPlan plan, LayerContext context, PermuteSpec spec)
        : base(plan, context)
    {
        TensorShape input = plan.Input;
        long[] steps = [(long)input.Width * input.Channels, input.Channels, 1];
        (_rowStep, _columnStep, _channelStep) = (steps[spec.Height - 1], steps[spec.Width - 1], steps[spec.Channels - 1]);
    }

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        float* output = row.Output;
        int channels = Plan.Output.Channels;
        for (int h = 0; h < Plan.Output.Height; h++)
        {
            for (int w = 0; w < Plan.Output.Width; w++, output += channels)
            {
                float* input = row.Input + (h * _rowStep) + (w * _columnStep);
                for (int c = 0; c < channels; c++) output[c] = input[c * _channelStep];
            }
        }
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        int channels = Plan.Output.Channels;
        for (int h = 0; h < Plan.Output.Height; h++)
        {
            for (int w = 0; w < Plan.Output.Width; w++, gradOutput += channels)
            {
                float* gradInput = *gradInputs + (h * _rowStep) + (w * _columnStep);
                for (int c = 0; c < channels; c++) gradInput[c * _channelStep] = gradOutput[c];
            }
        }
    }
}
