using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>
/// Batch normalisation that is not trained: it takes the moving averages in training, too, as Keras does since TensorFlow 2 (docs/numerics.md, rule 13), so
/// that each sample goes through by itself.
/// <code>
/// s = 1 / √(var + ε),  a = γ s,  b = fma(−mean, a, β)    in double; a and b rounded to float once
/// y = fma(a, x, b),  dx = fma(a, g, 0)
/// </code>
/// </summary>
internal sealed unsafe class FrozenBatchNormLayer : SampleLayer
{
    private readonly double _epsilon;
    private readonly int _channels;
    private readonly int _positions;
    private readonly FloatBuffer _factors;

    public FrozenBatchNormLayer(LayerPlan plan, LayerContext context, BatchNormSpec spec)
        : base(plan, context)
    {
        _epsilon = spec.Epsilon;
        _channels = plan.Input.Channels;
        _positions = plan.Input.Height * plan.Input.Width;
        _factors = new FloatBuffer(3L * _channels);
    }

    /// <inheritdoc/>
    public override int PackUnits => 1;

    private float* Scale => _factors.Pointer;

    private float* Shift => _factors.Pointer + _channels;

    private float* Zeros => _factors.Pointer + (2 * _channels);

    /// <inheritdoc/>
    public override void Pack(int unit, float* parameters)
    {
        ParameterTensor? gamma = Find(TensorPlan.Gamma), beta = Find(TensorPlan.Beta);
        float* means = parameters + Find(TensorPlan.MovingMean)!.Offset, variances = parameters + Find(TensorPlan.MovingVariance)!.Offset;
        for (int c = 0; c < _channels; c++)
        {
            float scaled = gamma is null ? 1f : parameters[gamma.Offset + c], shifted = beta is null ? 0f : parameters[beta.Offset + c];
            double scale = scaled * (1 / double.Sqrt(variances[c] + _epsilon));
            (Scale[c], Shift[c]) = ((float)scale, (float)Math.FusedMultiplyAdd(-means[c], scale, shifted));
        }
    }

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        Context.Kernels.ScaleAndShift(row.Input, Scale, Shift, _positions, _channels, row.Output);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.ScaleAndShift(gradOutput, Scale, Zeros, _positions, _channels, *gradInputs);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _factors.Dispose();
        base.Dispose(disposing);
    }
}
