using DistConv.Core.Layers.Merging;
using DistConv.Core.Layers.Noise;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.GaussianDropout;

/// <summary>
/// <c>y = x · f</c> with <c>f = fma(z, √(rate / (1 − rate)), 1)</c> in training, z standard normal and drawn for each value; the gradient is the output's times
/// f, which the state keeps.
/// </summary>
internal sealed unsafe class GaussianDropoutLayer(LayerPlan plan, LayerContext context, GaussianDropoutSpec spec) : NoiseLayer(plan, context)
{
    private readonly RandomField _field = new(context.Seed, RandomPurpose.Noise, context.Index);
    private readonly float _stdDev = (float)double.Sqrt(spec.Rate / (1.0 - spec.Rate));

    /// <inheritdoc/>
    protected override void Disturb(in SampleContext context, in RowMemory row)
    {
        int size = Plan.Output.Size;
        NoiseDraws.Normals(_field, context, row.State, size);
        Context.Kernels.Scale(row.State, _stdDev, 1f, row.State, size);
        Context.Kernels.Combine<Product>(row.Input, row.State, row.Output, size);
    }

    /// <inheritdoc/>
    protected override void DisturbGradient(in RowMemory row, float* gradOutput, float* gradInput) =>
        Context.Kernels.Combine<Product>(gradOutput, row.State, gradInput, Plan.Output.Size);
}
