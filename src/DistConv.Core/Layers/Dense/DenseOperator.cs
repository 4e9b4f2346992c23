namespace DistConv.Core.Layers.Dense;

/// <summary>
/// A fully connected layer over many rows (samples), as one kernel set computes it: <c>y[n, o] = bias[o] + Σᵢ x[n, i] · w[i, o]</c>, each output one chain
/// of fused multiply-adds over ascending i that ends with <c>+ 0f</c>. Rows of inputs, outputs and their gradients stand <see cref="Buffers.RowStride"/> apart.
/// </summary>
/// <remarks><inheritdoc cref="Conv2D.Conv2DOperator" path="/remarks"/></remarks>
public abstract unsafe class DenseOperator : IDisposable
{
    /// <summary>An operator of one geometry.</summary>
    /// <param name="shape">The geometry.</param>
    protected DenseOperator(DenseShape shape)
    {
        Shape = shape;
    }

    /// <summary>The geometry.</summary>
    public DenseShape Shape { get; }

    /// <summary>Floats of scratch that a call may use.</summary>
    public abstract long ScratchLength { get; }

    /// <summary>Units of work of <see cref="Forward"/>: slices of the outputs.</summary>
    public abstract int ForwardUnits { get; }

    /// <summary>Units of work of <see cref="InputGradient"/>: slices of the inputs.</summary>
    public abstract int InputGradientUnits { get; }

    /// <summary>Units of work of <see cref="PackWeights"/>.</summary>
    public abstract int PackUnits { get; }

    /// <summary>Rows of the weight gradient that one unit of work should cover.</summary>
    public abstract int WeightGradientRows { get; }

    /// <summary>Takes a slice of the weights over into the layouts that the products read.</summary>
    /// <param name="unit">0 … <see cref="PackUnits"/> − 1; all must be done before the products.</param>
    /// <param name="weights">in × out.</param>
    /// <param name="bias">out.</param>
    public abstract void PackWeights(int unit, float* weights, float* bias);

    /// <summary>A slice of the outputs of all rows; overwrites.</summary>
    /// <param name="unit">0 … <see cref="ForwardUnits"/> − 1.</param>
    /// <param name="rows">Number of rows (samples).</param>
    /// <param name="input">rows × in.</param>
    /// <param name="output">rows × out.</param>
    /// <param name="relu">Whether <c>x &lt; 0 ? +0 : x</c> follows.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void Forward(int unit, int rows, float* input, float* output, bool relu, float* scratch);

    /// <summary>A slice of the inputs' gradients of all rows: chains over ascending o from +0, ending with <c>+ 0f</c>; overwrites.</summary>
    /// <param name="unit">0 … <see cref="InputGradientUnits"/> − 1.</param>
    /// <param name="rows">Number of rows (samples).</param>
    /// <param name="gradOutput">rows × out.</param>
    /// <param name="gradInput">rows × in.</param>
    /// <param name="rectified">rows × in: the input, if ReLU made it: where it is not positive the gradient becomes +0. Else null.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void InputGradient(int unit, int rows, float* gradOutput, float* gradInput, float* rectified, float* scratch);

    /// <summary>Rows [<paramref name="first"/>, first + count) of a shard's weight gradient: chains over its samples in order, from +0.</summary>
    /// <param name="first">First row (input feature).</param>
    /// <param name="count">Number of rows, at most <see cref="WeightGradientRows"/>.</param>
    /// <param name="samples">Samples of the shard.</param>
    /// <param name="input">samples × in, the shard's first sample first.</param>
    /// <param name="gradOutput">samples × out, likewise.</param>
    /// <param name="gradWeights">count × out: only these rows.</param>
    /// <param name="add">Whether the chains' results are added to what stands there (the left child of a node of the shard tree) instead of overwriting
    /// it.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public abstract void WeightGradient(
        int first, int count, int samples, float* input, float* gradOutput, float* gradWeights, bool add, float* scratch);

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
