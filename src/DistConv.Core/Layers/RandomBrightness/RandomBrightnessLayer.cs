using DistConv.Core.Layers.Augmentation;

namespace DistConv.Core.Layers.RandomBrightness;

/// <summary><c>y = limit(x + (float)(factor · (high − low)))</c>; a value that was limited has no gradient.</summary>
internal sealed unsafe class RandomBrightnessLayer(LayerPlan plan, LayerContext context, RandomBrightnessSpec spec) : RandomImageLayer(plan, context)
{
    private readonly ValueLimits _limits = new(spec.ValueRange);

    /// <inheritdoc/>
    protected override void Vary(in SampleContext context, in RowMemory row)
    {
        float delta = Delta(context);
        for (int i = 0; i < Plan.Output.Size; i++) row.Output[i] = _limits.Limit(row.Input[i] + delta);
    }

    /// <inheritdoc/>
    protected override void VaryGradient(in SampleContext context, in RowMemory row, float* gradOutput, float* gradInput)
    {
        float delta = Delta(context);
        for (int i = 0; i < Plan.Output.Size; i++) gradInput[i] = _limits.Gradient(row.Input[i] + delta, gradOutput[i]);
    }

    private float Delta(in SampleContext context) => (float)(spec.Factor.At(Word(context, 0)) * (spec.ValueRange.Upper - spec.ValueRange.Lower));
}
