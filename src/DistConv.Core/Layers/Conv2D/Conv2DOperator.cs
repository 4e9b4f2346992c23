namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// Two-dimensional cross-correlation of one NHWC sample with an HWIO kernel, as one kernel set computes it:
/// <c>y[oh, ow, oc] = bias[oc] + Σ x[oh·sH + kh·dH − padTop, ow·sW + kw·dW − padLeft, ic] · w[kh, kw, ic, oc]</c>, each output one chain of fused
/// multiply-adds over (kh, kw, ic) that ends with <c>+ 0f</c> (docs/numerics.md, rules 2, 3, 10). With groups, ic runs over the input channels of the
/// filter's group.
/// </summary>
/// <remarks>
/// An operator is immutable but for its packed weights: <see cref="PackWeights"/> once per step, then any number of threads may call the rest at once, each
/// with a scratch block of its own. Input and weights are read only; no two operands overlap.
/// </remarks>
public abstract unsafe class Conv2DOperator : IDisposable
{
    /// <summary>An operator of one geometry.</summary>
    /// <param name="shape">The geometry.</param>
    protected Conv2DOperator(Conv2DShape shape)
    {
        Shape = shape;
    }

    /// <summary>The geometry.</summary>
    public Conv2DShape Shape { get; }

    /// <summary>Floats of scratch that a call may use.</summary>
    public abstract long ScratchLength { get; }

    /// <summary>Into how many independent units of work the weight gradient falls: the whole kernel, or its rows.</summary>
    public abstract int WeightGradientUnits { get; }

    /// <summary>Takes the weights over into the layouts that the products read.</summary>
    /// <param name="weights">kH × kW × inC / groups × outC.</param>
    /// <param name="bias">outC.</param>
    public abstract void PackWeights(float* weights, float* bias);

    /// <summary>The output of one sample; overwrites <paramref name="output"/>.</summary>
    /// <param name="input">inH × inW × inC.</param>
    /// <param name="output">outH × outW × outC.</param>
    /// <param name="relu">Whether <c>x &lt; 0 ? +0 : x</c> follows.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void Forward(float* input, float* output, bool relu, float* scratch);

    /// <summary>
    /// The gradient of one sample's input; overwrites <paramref name="gradInput"/>. Each element is a chain over (kh, kw, oc), with groups over the output
    /// channels of its group, from +0 that ends with <c>+ 0f</c>.
    /// </summary>
    /// <param name="gradOutput">outH × outW × outC.</param>
    /// <param name="gradInput">inH × inW × inC.</param>
    /// <param name="rectified">
    /// The input, if ReLU made it: where it is not positive the gradient becomes +0, so that it is the gradient before that ReLU. Else null.
    /// </param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void InputGradient(float* gradOutput, float* gradInput, float* rectified, float* scratch);

    /// <summary>
    /// Goes on with the chains of one unit of the weight gradient over one sample's (oh, ow): call it sample after sample. Taps in the padding are skipped.
    /// </summary>
    /// <param name="unit">0 … <see cref="WeightGradientUnits"/> − 1, in any order.</param>
    /// <param name="input">inH × inW × inC.</param>
    /// <param name="gradOutput">outH × outW × outC.</param>
    /// <param name="gradWeights">kH × kW × inC / groups × outC; only the unit's elements are touched.</param>
    /// <param name="accumulate">False for a shard's first sample (start at +0, overwrite), true afterwards.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void WeightGradient(int unit, float* input, float* gradOutput, float* gradWeights, bool accumulate, float* scratch);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees packed weights.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
