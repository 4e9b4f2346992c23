using DistConv.Core.Layers.Augmentation;

namespace DistConv.Core.Layers.RandomFlip;

/// <summary>
/// <c>y[h, w] = x[height − 1 − h, width − 1 − w]</c>, in the directions whose random word is below 2³¹: word 0 left to right, word 1 top to bottom. The
/// gradient is moved likewise.
/// </summary>
internal sealed unsafe class RandomFlipLayer(LayerPlan plan, LayerContext context, RandomFlipSpec spec) : RandomImageLayer(plan, context)
{
    private const uint Half = 1u << 31;

    /// <inheritdoc/>
    protected override void Vary(in SampleContext context, in RowMemory row) => Flip(context, row.Input, row.Output);

    /// <inheritdoc/>
    protected override void VaryGradient(in SampleContext context, in RowMemory row, float* gradOutput, float* gradInput) =>
        Flip(context, gradOutput, gradInput);

    private void Flip(in SampleContext context, float* source, float* destination)
    {
        bool horizontal = spec.Mode != FlipMode.Vertical && Word(context, 0) < Half;
        bool vertical = spec.Mode != FlipMode.Horizontal && Word(context, 1) < Half;
        Mirroring.Copy(Plan.Input, horizontal, vertical, source, destination);
    }
}
