using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Border;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.RandomCrop;

/// <summary>
/// <c>y[h, w] = x[h + top, w + left]</c> with top = ⌊word 0 · (rows that are left + 1) / 2³²⌋, and left likewise of word 1; the gradient of the rest is +0.
/// </summary>
internal sealed unsafe class RandomCropLayer(LayerPlan plan, LayerContext context, RandomCropSpec spec) : RandomImageLayer(plan, context)
{
    private readonly ResizeSampling _inUse = new(plan.Input, spec.Window(plan.Input), spec.Height, spec.Width, spec.Interpolation);
    private readonly int _rows = plan.Input.Height - spec.Height;
    private readonly int _columns = plan.Input.Width - spec.Width;

    private bool IsTooSmall => _rows < 0 || _columns < 0;

    /// <inheritdoc/>
    protected override void Vary(in SampleContext context, in RowMemory row)
    {
        if (IsTooSmall) Pass(row);
        else Window(context).Extract(row.Input, row.Output);
    }

    /// <inheritdoc/>
    protected override void VaryGradient(in SampleContext context, in RowMemory row, float* gradOutput, float* gradInput)
    {
        if (IsTooSmall) PassGradient(gradOutput, gradInput);
        else Window(context).Embed(gradOutput, gradInput);
    }

    /// <inheritdoc/>
    protected override void Pass(in RowMemory row) => ImageSampling.Gather(_inUse, row.Input, 0f, Plan.Output, row.Output);

    /// <inheritdoc/>
    protected override void PassGradient(float* gradOutput, float* gradInput) =>
        ImageSampling.Scatter(_inUse, gradOutput, Plan.Output, gradInput, Plan.Input.Size);

    private BorderCopy Window(in SampleContext context)
    {
        int top = Below(Word(context, 0), _rows + 1), left = Below(Word(context, 1), _columns + 1);
        return new BorderCopy(Plan.Output, new Borders(top, _rows - top, left, _columns - left));
    }

    private static int Below(uint word, int count) => (int)(((ulong)word * (uint)count) >> 32);
}
