using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>
/// Batch normalisation at work, in the order of docs/numerics.md, rule 13. n values a channel: a shard's samples × height × width.
/// <code>
/// training   S1 = Σ x,  S2 = Σ x²       doubles: a chain over (h, w) for each sample, then a chain over the samples of the shard
///            mean = S1 / n,  var = fma(−mean, mean, S2 / n), negative → +0
/// in use     mean, var                  the moving averages
/// both       s = 1 / √(var + ε),  a = γ s,  b = fma(−mean, a, β)
///            y = fma(a, x, b)           a and b rounded to float once
/// backward   Σg, Σgx                    as S1 and S2
///            dβ = Σg,  dγ = s fma(−mean, Σg, Σgx)
///            A = a,  B = −(a s dγ) / n,  C = fma(−B, mean, −(a Σg) / n)
///            dx = fma(A, g, fma(B, x, C))
/// </code>
/// </summary>
internal sealed unsafe class BatchNormLayer : ShardLayer
{
    private readonly double _momentum;
    private readonly double _epsilon;
    private readonly int _channels;
    private readonly int _positions;
    private readonly FloatBuffer _inUse;
    private readonly FloatBuffer _learnt;

    public BatchNormLayer(LayerPlan plan, LayerContext context, BatchNormSpec spec)
        : base(plan, context)
    {
        (_momentum, _epsilon) = (spec.Momentum, spec.Epsilon);
        _channels = plan.Input.Channels;
        _positions = plan.Input.Height * plan.Input.Width;
        _inUse = new FloatBuffer(3L * _channels);
        _learnt = new FloatBuffer(2L * _channels);
    }

    public override int MomentCount => 2 * _channels;

    public override int PackUnits => 1;

    /// <summary>γ and β; without them 1 and 0.</summary>
    private float* Gamma => _learnt.Pointer;

    private float* Beta => _learnt.Pointer + _channels;

    private float* ScaleInUse => _inUse.Pointer;

    private float* ShiftInUse => _inUse.Pointer + _channels;

    private float* Zeros => _inUse.Pointer + (2 * _channels);

    public override void Pack(int unit, float* parameters)
    {
        ParameterTensor? gamma = Find(TensorPlan.Gamma), beta = Find(TensorPlan.Beta);
        float* means = parameters + States[0].Offset, variances = parameters + States[1].Offset;
        for (int c = 0; c < _channels; c++)
        {
            Gamma[c] = gamma is null ? 1f : parameters[gamma.Offset + c];
            Beta[c] = beta is null ? 0f : parameters[beta.Offset + c];
            (double scale, double shift) = Factors(means[c], variances[c], c);
            (ScaleInUse[c], ShiftInUse[c]) = ((float)scale, (float)shift);
        }
    }

    public override void Forward(in SampleContext context, in RowMemory row, Epilogue epilogue)
    {
        var state = new BatchNormState(row.State, _channels);
        bool ofShard = context.Training && !IsFrozenNow;
        float* scale = ofShard ? state.Scale : ScaleInUse, shift = ofShard ? state.Shift : ShiftInUse;
        Context.Kernels.ScaleAndShift(row.Input, scale, shift, _positions, _channels, epilogue, row.Output);
    }

    public override void Backward(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        float* gradInput = *gradInputs;
        if (gradInput == null) return;
        var state = new BatchNormState(row.State, _channels);
        if (context.Training && !IsFrozenNow)
            Context.Kernels.ScaleBothAndShift(
                gradOutput, state.OfGradient, row.Input, state.OfInput, state.Constant, _positions, _channels, gradInput);
        else Context.Kernels.ScaleAndShift(gradOutput, ScaleInUse, Zeros, _positions, _channels, gradInput);
        if (AfterRelu) Context.Kernels.ReluGradient(row.Input, gradInput, gradInput, Plan.Input.Size);
    }

    /// <summary>A row's part of its shard's sums, with the shard's mean and variance.</summary>
    public override void TensorGradient(int tensor, in RowMemory row, float* gradOutput, float* gradient)
    {
        double* sums = stackalloc double[2 * _channels];
        Context.Kernels.ChannelSums(gradOutput, row.Input, _positions, _channels, sums);
        var state = new BatchNormState(row.State, _channels);
        bool isGamma = Tensors[tensor].Plan.Role == TensorPlan.Gamma;
        for (int c = 0; c < _channels; c++) gradient[c] = (float)(isGamma ? GammaGradient(state.Moments, *state.Count, sums, c) : sums[c]);
    }

    public override void SumForward(float* input, float* state) =>
        Context.Kernels.ChannelSums(input, input, _positions, _channels, new BatchNormState(state, _channels).RowSums);

    public override void FinishForward(int rows, float* states, int stride)
    {
        var shard = new BatchNormState(states, _channels);
        AddRows(rows, states, stride, shard.Moments);
        *shard.Count = (double)rows * _positions;
        for (int c = 0; c < _channels; c++)
        {
            (double mean, double variance) = MeanAndVariance(shard.Moments, *shard.Count, c);
            (double scale, double shift) = Factors(mean, variance, c);
            (shard.Scale[c], shard.Shift[c]) = ((float)scale, (float)shift);
        }
    }

    public override void CopyMoments(float* state, double* moments) =>
        new ReadOnlySpan<double>(new BatchNormState(state, _channels).Moments, MomentCount).CopyTo(new Span<double>(moments, MomentCount));

    public override void SumBackward(float* input, float* gradOutput, float* state) =>
        Context.Kernels.ChannelSums(gradOutput, input, _positions, _channels, new BatchNormState(state, _channels).RowSums);

    public override void FinishBackward(int rows, float* states, int stride, float* gradient)
    {
        var shard = new BatchNormState(states, _channels);
        double* sums = stackalloc double[2 * _channels];
        AddRows(rows, states, stride, sums);
        double n = *shard.Count;
        bool hasGamma = Find(TensorPlan.Gamma) is not null;
        float* gradBeta = Find(TensorPlan.Beta) is null ? null : gradient + (hasGamma ? _channels : 0);
        for (int c = 0; c < _channels; c++)
        {
            (double mean, double variance) = MeanAndVariance(shard.Moments, n, c);
            double inverse = Inverse(variance), a = Gamma[c] * inverse, sumG = sums[c], gradGamma = GammaGradient(shard.Moments, n, sums, c);
            double ofInput = -(a * inverse * gradGamma) / n;
            if (hasGamma) gradient[c] = (float)gradGamma;
            if (gradBeta != null) gradBeta[c] = (float)sumG;
            shard.OfGradient[c] = (float)a;
            shard.OfInput[c] = (float)ofInput;
            shard.Constant[c] = (float)Math.FusedMultiplyAdd(-ofInput, mean, -(a * sumG) / n);
        }
    }

    public override void UpdateState(double* moments, long samples, float* values)
    {
        double n = (double)samples * _positions, fresh = 1 - _momentum;
        float* means = values + States[0].Offset, variances = values + States[1].Offset;
        for (int c = 0; c < _channels; c++)
        {
            (double mean, double variance) = MeanAndVariance(moments, n, c);
            means[c] = (float)Math.FusedMultiplyAdd(mean - means[c], fresh, means[c]);
            variances[c] = (float)Math.FusedMultiplyAdd(variance - variances[c], fresh, variances[c]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _inUse.Dispose();
        _learnt.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A chain over the rows for each of the sums, which starts at +0.</summary>
    private void AddRows(int rows, float* states, int stride, double* sums)
    {
        new Span<double>(sums, 2 * _channels).Clear();
        for (int row = 0; row < rows; row++)
        {
            double* own = new BatchNormState(states + ((long)row * stride), _channels).RowSums;
            for (int i = 0; i < 2 * _channels; i++) sums[i] += own[i];
        }
    }

    private (double Mean, double Variance) MeanAndVariance(double* moments, double n, int channel)
    {
        double mean = moments[channel] / n;
        double variance = Math.FusedMultiplyAdd(-mean, mean, moments[_channels + channel] / n);
        return (mean, variance < 0 ? 0 : variance);
    }

    /// <summary>dγ = s · fma(−mean, Σg, Σgx).</summary>
    private double GammaGradient(double* moments, double n, double* sums, int channel)
    {
        (double mean, double variance) = MeanAndVariance(moments, n, channel);
        return Inverse(variance) * Math.FusedMultiplyAdd(-mean, sums[channel], sums[_channels + channel]);
    }

    private double Inverse(double variance) => 1 / double.Sqrt(variance + _epsilon);

    private (double Scale, double Shift) Factors(double mean, double variance, int channel)
    {
        double scale = Gamma[channel] * Inverse(variance);
        return (scale, Math.FusedMultiplyAdd(-mean, scale, Beta[channel]));
    }
}
