namespace DistConv.Core.Layers.Concatenate;

/// <summary><c>y[h, w, :] = (x₀[h, w, :], x₁[h, w, :], …)</c>. Values are copied, gradients too.</summary>
internal sealed unsafe class ConcatenateLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        float* output = row.Output;
        for (int i = 0; i < Plan.Inputs.Count; output += Plan.Inputs[i].Channels, i++)
        {
            int channels = Plan.Inputs[i].Channels;
            Copy(row.Inputs[i], channels, output, Plan.Output.Channels, channels);
        }
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int i = 0; i < Plan.Inputs.Count; gradOutput += Plan.Inputs[i].Channels, i++)
        {
            int channels = Plan.Inputs[i].Channels;
            if (gradInputs[i] != null) Copy(gradOutput, Plan.Output.Channels, gradInputs[i], channels, channels);
        }
    }

    /// <summary>Copies some values of each position.</summary>
    private void Copy(float* source, int sourceStride, float* destination, int destinationStride, int count)
    {
        for (int p = Plan.Output.Height * Plan.Output.Width; p > 0; p--, source += sourceStride, destination += destinationStride)
            new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(destination, count));
    }
}
