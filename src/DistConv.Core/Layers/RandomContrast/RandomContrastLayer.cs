using DistConv.Core.Layers.Augmentation;

namespace DistConv.Core.Layers.RandomContrast;

/// <summary>
/// <c>y = limit(fma(x − mean, f, mean))</c>, mean of a channel: a chain in double over (h, w) from +0, divided once, rounded once. Gradient: with m = g where y
/// was not limited, otherwise +0, and S = a chain of m in double over (h, w), <c>fma(f, m, (float)((1 − f) · S / n))</c>.
/// </summary>
internal sealed unsafe class RandomContrastLayer(LayerPlan plan, LayerContext context, RandomContrastSpec spec) : RandomImageLayer(plan, context)
{
    private readonly ValueLimits _limits = new(spec.ValueRange);
    private readonly FactorRange _range = new(1 - spec.Factor.Lower, 1 + spec.Factor.Upper);

    /// <inheritdoc/>
    protected override void Vary(in SampleContext context, in RowMemory row) =>
        ChannelContrast.Apply(Plan.Output, (float)_range.At(Word(context, 0)), _limits, row.Input, row.Output);

    /// <inheritdoc/>
    protected override void VaryGradient(in SampleContext context, in RowMemory row, float* gradOutput, float* gradInput)
    {
        (int size, int channels) = (Plan.Output.Size, Plan.Output.Channels);
        float factor = (float)_range.At(Word(context, 0));
        for (int c = 0; c < channels; c++)
        {
            float mean = ChannelContrast.Mean(Plan.Input, row.Input, c);
            double sum = 0;
            for (int i = c; i < size; i += channels)
            {
                gradInput[i] = _limits.Gradient(MathF.FusedMultiplyAdd(row.Input[i] - mean, factor, mean), gradOutput[i]);
                sum += gradInput[i];
            }

            float ofMean = (float)((1.0 - factor) * sum / (size / channels));
            for (int i = c; i < size; i += channels) gradInput[i] = MathF.FusedMultiplyAdd(factor, gradInput[i], ofMean);
        }
    }
}
