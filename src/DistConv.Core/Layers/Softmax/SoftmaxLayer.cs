namespace DistConv.Core.Layers.Softmax;

/// <summary>
/// Softmax between other layers, over the channels of each position: <c>y_c = exp(x_c − m) / Σ exp(x_j − m)</c> as at the end of a model, and
/// <c>gradInput_c = y_c (gradOutput_c − Σ y_j gradOutput_j)</c>. Sums are chains over ascending channels from +0 (docs/numerics.md, rule 9).
/// </summary>
internal sealed unsafe class SoftmaxLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    private readonly int _channels = plan.Output.Channels;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        for (int at = 0; at < Plan.Output.Size; at += _channels) SoftmaxFunction.Of(row.Input + at, _channels, row.Output + at);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int at = 0; at < Plan.Output.Size; at += _channels)
        {
            float* y = row.Output + at, g = gradOutput + at, gradInput = *gradInputs + at;
            float sum = 0f;
            for (int c = 0; c < _channels; c++) sum = MathF.FusedMultiplyAdd(y[c], g[c], sum);
            for (int c = 0; c < _channels; c++) gradInput[c] = y[c] * (g[c] - sum);
        }
    }
}
