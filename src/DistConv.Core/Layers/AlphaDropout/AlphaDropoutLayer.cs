using DistConv.Core.Layers.Merging;
using DistConv.Core.Layers.Noise;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.AlphaDropout;

/// <summary>
/// With α′ = −1.7580993408473766, SELU's lowest value, a = ((1 − rate) (1 + rate α′²))^(−1/2) and b = −a α′ rate, in training: <c>y = fma(a, x, b)</c> where a
/// value is kept, and a α′ + b where it is dropped. The gradient is a times the output's, and +0 where the value was dropped. As Keras's alpha_dropout.py.
/// </summary>
internal sealed unsafe class AlphaDropoutLayer : NoiseLayer
{
    /// <summary>−α · scale of SELU.</summary>
    private const double Lowest = -1.7580993408473766;

    private readonly RandomField _field;
    private readonly double _rate;
    private readonly float _factor;
    private readonly float _shift;
    private readonly float _dropped;

    public AlphaDropoutLayer(LayerPlan plan, LayerContext context, AlphaDropoutSpec spec)
        : base(plan, context)
    {
        _field = new RandomField(context.Seed, RandomPurpose.Dropout, context.Index);
        _rate = spec.Rate;
        double factor = 1.0 / double.Sqrt((1.0 - _rate) * (1.0 + (_rate * Lowest * Lowest)));
        double shift = -factor * Lowest * _rate;
        (_factor, _shift, _dropped) = ((float)factor, (float)shift, (float)((factor * Lowest) + shift));
    }

    /// <inheritdoc/>
    protected override void Disturb(in SampleContext context, in RowMemory row)
    {
        int size = Plan.Output.Size;
        NoiseDraws.Kept(_field, _rate, context, row.State, size);
        Context.Kernels.Scale(row.Input, _factor, _shift, row.Output, size);
        Context.Kernels.Keep(row.State, _dropped, row.Output, size, rows: 1);
    }

    /// <inheritdoc/>
    protected override void DisturbGradient(in RowMemory row, float* gradOutput, float* gradInput)
    {
        int size = Plan.Output.Size;
        Context.Kernels.CombineWith<Product>(gradOutput, _factor, gradInput, size);
        Context.Kernels.Keep(row.State, 0f, gradInput, size, rows: 1);
    }
}
