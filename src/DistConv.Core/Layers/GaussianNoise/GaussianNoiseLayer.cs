using DistConv.Core.Layers.Noise;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.GaussianNoise;

/// <summary><c>y = fma(z, stdDev, x)</c> in training, z standard normal and drawn for each value; the gradient passes as it is.</summary>
internal sealed unsafe class GaussianNoiseLayer(LayerPlan plan, LayerContext context, GaussianNoiseSpec spec) : NoiseLayer(plan, context)
{
    private readonly RandomField _field = new(context.Seed, RandomPurpose.Noise, context.Index);
    private readonly float _stdDev = (float)spec.StdDev;

    /// <inheritdoc/>
    public override long ScratchLength => Plan.Output.Size;

    /// <inheritdoc/>
    protected override void Disturb(in SampleContext context, in RowMemory row)
    {
        NoiseDraws.Normals(_field, context, row.Scratch, Plan.Output.Size);
        Context.Kernels.AddScaled(row.Scratch, _stdDev, row.Input, row.Output, Plan.Output.Size);
    }

    /// <inheritdoc/>
    protected override void DisturbGradient(in RowMemory row, float* gradOutput, float* gradInput) => Copy(gradOutput, gradInput);
}
