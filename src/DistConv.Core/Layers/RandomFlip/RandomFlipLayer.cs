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
        (int height, int width, int channels) = (Plan.Input.Height, Plan.Input.Width, Plan.Input.Channels);
        int row = width * channels;
        for (int h = 0; h < height; h++, destination += row)
        {
            float* from = source + ((long)(vertical ? height - 1 - h : h) * row);
            if (!horizontal)
            {
                new ReadOnlySpan<float>(from, row).CopyTo(new Span<float>(destination, row));
                continue;
            }

            for (int w = 0; w < width; w++)
            {
                float* pixel = from + ((width - 1 - w) * channels);
                for (int c = 0; c < channels; c++) destination[(w * channels) + c] = pixel[c];
            }
        }
    }
}
