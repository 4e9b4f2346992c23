using DistConv.Core.Layers.Merging;
using DistConv.Core.Layers.Noise;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.SpatialDropout2D;

/// <summary>
/// Dropout with one draw for each channel of a sample: in training <c>y = x · (float)(1 / (1 − rate))</c> where the channel is kept, and +0 where it is
/// dropped; the gradient likewise.
/// </summary>
internal sealed unsafe class SpatialDropout2DLayer(LayerPlan plan, LayerContext context, SpatialDropout2DSpec spec) : NoiseLayer(plan, context)
{
    private readonly RandomField _field = new(context.Seed, RandomPurpose.Dropout, context.Index);
    private readonly double _rate = spec.Rate;
    private readonly float _scale = (float)(1.0 / (1.0 - spec.Rate));

    /// <inheritdoc/>
    protected override void Disturb(in SampleContext context, in RowMemory row)
    {
        NoiseDraws.Kept(_field, _rate, context, row.State, Plan.Output.Channels);
        Apply(row, row.Input, row.Output);
    }

    /// <inheritdoc/>
    protected override void DisturbGradient(in RowMemory row, float* gradOutput, float* gradInput) => Apply(row, gradOutput, gradInput);

    private void Apply(in RowMemory row, float* values, float* output)
    {
        Context.Kernels.CombineWith<Product>(values, _scale, output, Plan.Output.Size);
        Context.Kernels.Keep(row.State, 0f, output, Plan.Output.Channels, Plan.Output.Height * Plan.Output.Width);
    }
}
