using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>
/// A layer that varies pictures in training. Its random words are functions of seed, layer, step and sample, so the backward pass draws them again and nothing
/// is kept (docs/numerics.md, rule 5).
/// </summary>
/// <param name="plan">Shapes and counts.</param>
/// <param name="context">Its place.</param>
internal abstract unsafe class RandomImageLayer(LayerPlan plan, LayerContext context) : SampleLayer(plan, context)
{
    private readonly RandomField _field = new(context.Seed, RandomPurpose.Augmentation, context.Index);

    /// <inheritdoc/>
    public sealed override void Forward(in SampleContext context, in RowMemory row)
    {
        if (context.Training) Vary(context, row);
        else Pass(row);
    }

    /// <summary>The forward pass in training.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="row">Its memory; the output is overwritten.</param>
    protected abstract void Vary(in SampleContext context, in RowMemory row);

    /// <summary>The input's gradient in training.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="row">Its memory; the input is there if the type's traits ask for it.</param>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="gradInput">Gradient of the input, overwritten.</param>
    protected abstract void VaryGradient(in SampleContext context, in RowMemory row, float* gradOutput, float* gradInput);

    /// <summary>The forward pass in use: nothing changes unless a layer says so.</summary>
    /// <param name="row">Its memory; the output is overwritten.</param>
    protected virtual void Pass(in RowMemory row) => Copy(row.Input, row.Output);

    /// <summary>The input's gradient in use.</summary>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="gradInput">Gradient of the input, overwritten.</param>
    protected virtual void PassGradient(float* gradOutput, float* gradInput) => Copy(gradOutput, gradInput);

    /// <inheritdoc/>
    protected sealed override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        if (context.Training) VaryGradient(context, row, gradOutput, *gradInputs);
        else PassGradient(gradOutput, *gradInputs);
    }

    /// <summary>A random word of the sample.</summary>
    protected uint Word(in SampleContext context, uint index) => _field.UInt32(index, (uint)context.Sample, context.Step);
}
