using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>The definition of convolution: plain loops whose order every other kernel set reproduces. Output channels run innermost, which changes no
/// chain.</summary>
/// <remarks>Legend: n sample, oh/ow output position, kh/kw tap, ih/iw input position, ic/oc channel; in weights ic counts the channels of a group.</remarks>
public sealed unsafe class Conv2DScalar(Conv2DShape shape) : Conv2DOperator(shape)
{
    private readonly FloatBuffer _weights = new(shape.KernelSize);
    private readonly FloatBuffer _bias = new(shape.OutC);

    /// <inheritdoc/>
    public override long ScratchLength => 0;

    /// <inheritdoc/>
    public override int WeightGradientUnits => Shape.KH;

    /// <summary>Copies them: the caller's memory may move or change before the products.</summary>
    /// <inheritdoc/>
    public override void PackWeights(float* weights, float* bias)
    {
        new ReadOnlySpan<float>(weights, Shape.KernelSize).CopyTo(_weights.Span);
        new ReadOnlySpan<float>(bias, Shape.OutC).CopyTo(_bias.Span);
    }

    /// <inheritdoc/>
    public override void Forward(float* input, float* output, bool relu, float* scratch)
    {
        Conv2DShape s = Shape;
        for (int oh = 0; oh < s.OutH; oh++)
        {
            for (int ow = 0; ow < s.OutW; ow++)
            {
                float* y = output + ((((long)oh * s.OutW) + ow) * s.OutC);
                for (int oc = 0; oc < s.OutC; oc++) y[oc] = _bias.Pointer[oc];
                AddTaps(input, y, oh, ow);
                for (int oc = 0; oc < s.OutC; oc++)
                {
                    float v = y[oc] + 0f;
                    y[oc] = relu && v < 0f ? 0f : v;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void InputGradient(float* gradOutput, float* gradInput, float* rectified, float* scratch)
    {
        Conv2DShape s = Shape;
        for (int ih = 0; ih < s.InH; ih++)
        {
            for (int iw = 0; iw < s.InW; iw++)
            {
                for (int ic = 0; ic < s.InC; ic++)
                {
                    long i = ((((long)ih * s.InW) + iw) * s.InC) + ic;
                    float sum = InputGradientElement(gradOutput, ih, iw, ic) + 0f;
                    gradInput[i] = rectified == null || rectified[i] > 0f ? sum : 0f;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void WeightGradient(int unit, float* input, float* gradOutput, float* gradWeights, bool accumulate, float* scratch)
    {
        Conv2DShape s = Shape;
        long rowLength = (long)s.KW * s.GroupInC * s.OutC;
        float* row = gradWeights + (unit * rowLength);
        if (!accumulate) new Span<float>(row, checked((int)rowLength)).Clear();
        for (int oh = 0; oh < s.OutH; oh++)
        {
            int ih = (oh * s.StrideH) + (unit * s.DilationH) - s.PadTop;
            if ((uint)ih >= (uint)s.InH) continue;
            for (int ow = 0; ow < s.OutW; ow++)
            {
                float* g = gradOutput + ((((long)oh * s.OutW) + ow) * s.OutC);
                for (int kw = 0; kw < s.KW; kw++)
                {
                    int iw = (ow * s.StrideW) + (kw * s.DilationW) - s.PadLeft;
                    if ((uint)iw >= (uint)s.InW) continue;
                    float* x = input + ((((long)ih * s.InW) + iw) * s.InC);
                    AddProducts(x, g, row + ((long)kw * s.GroupInC * s.OutC));
                }
            }
        }
    }

    private void AddTaps(float* input, float* y, int oh, int ow)
    {
        Conv2DShape s = Shape;
        for (int kh = 0; kh < s.KH; kh++)
        {
            int ih = (oh * s.StrideH) + (kh * s.DilationH) - s.PadTop;
            if ((uint)ih >= (uint)s.InH) continue;
            for (int kw = 0; kw < s.KW; kw++)
            {
                int iw = (ow * s.StrideW) + (kw * s.DilationW) - s.PadLeft;
                if ((uint)iw >= (uint)s.InW) continue;
                float* x = input + ((((long)ih * s.InW) + iw) * s.InC);
                float* w = _weights.Pointer + (((((long)kh * s.KW) + kw) * s.GroupInC) * s.OutC);
                for (int ic = 0; ic < s.GroupInC; ic++, w += s.OutC)
                {
                    for (int group = 0, oc = 0; group < s.Groups; group++)
                    {
                        float value = x[(group * s.GroupInC) + ic];
                        for (int end = oc + s.GroupOutC; oc < end; oc++) y[oc] = MathF.FusedMultiplyAdd(value, w[oc], y[oc]);
                    }
                }
            }
        }
    }

    /// <summary>Goes on with the chains of one tap: w[ic, oc] = fma(x[g·GroupInC + ic], g[oc], w[ic, oc]) in every group g.</summary>
    private void AddProducts(float* x, float* g, float* w)
    {
        Conv2DShape s = Shape;
        for (int ic = 0; ic < s.GroupInC; ic++, w += s.OutC)
        {
            for (int group = 0, oc = 0; group < s.Groups; group++)
            {
                float value = x[(group * s.GroupInC) + ic];
                for (int end = oc + s.GroupOutC; oc < end; oc++) w[oc] = MathF.FusedMultiplyAdd(value, g[oc], w[oc]);
            }
        }
    }

    private float InputGradientElement(float* gradOutput, int ih, int iw, int ic)
    {
        Conv2DShape s = Shape;
        int first = ic / s.GroupInC * s.GroupOutC, tap = ic % s.GroupInC;
        float sum = 0f;
        for (int kh = 0; kh < s.KH; kh++)
        {
            int top = ih + s.PadTop - (kh * s.DilationH);
            if (top < 0 || top % s.StrideH != 0 || top / s.StrideH >= s.OutH) continue;
            for (int kw = 0; kw < s.KW; kw++)
            {
                int left = iw + s.PadLeft - (kw * s.DilationW);
                if (left < 0 || left % s.StrideW != 0 || left / s.StrideW >= s.OutW) continue;
                float* g = gradOutput + ((((long)(top / s.StrideH) * s.OutW) + (left / s.StrideW)) * s.OutC);
                float* w = _weights.Pointer + ((((((long)kh * s.KW) + kw) * s.GroupInC) + tap) * s.OutC);
                for (int oc = first; oc < first + s.GroupOutC; oc++) sum = MathF.FusedMultiplyAdd(g[oc], w[oc], sum);
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _weights.Dispose();
        _bias.Dispose();
        base.Dispose(disposing);
    }
}
