namespace DistConv.Core.Layers.Noise;

/// <summary>A layer that is random in training and changes nothing otherwise.</summary>
/// <param name="plan">Shapes and counts.</param>
/// <param name="context">Its place.</param>
internal abstract unsafe class NoiseLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public sealed override void Forward(in SampleContext context, in RowMemory row)
    {
        if (context.Training) Disturb(context, row);
        else Copy(row.Input, row.Output);
    }

    /// <summary>The forward pass in training.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="row">Its memory; output and state are overwritten.</param>
    protected abstract void Disturb(in SampleContext context, in RowMemory row);

    /// <summary>The input's gradient in training.</summary>
    /// <param name="row">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="gradInput">Gradient of the input, overwritten.</param>
    protected abstract void DisturbGradient(in RowMemory row, float* gradOutput, float* gradInput);

    /// <inheritdoc/>
    protected sealed override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        if (context.Training) DisturbGradient(row, gradOutput, *gradInputs);
        else Copy(gradOutput, *gradInputs);
    }
}
