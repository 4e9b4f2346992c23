using DistConv.Core.Shapes;

namespace DistConv.Core.Kernels;

/// <summary>
/// All kernels for one instruction set. Every set gives the same bits; they differ in speed only. <see cref="KernelSets"/> chooses one.
/// </summary>
/// <remarks>
/// Elementwise kernels work on any slice of their operands, so callers may cut the work as they like. Unless a kernel says otherwise, operands do not
/// overlap.
/// </remarks>
public abstract unsafe class KernelSet
{
    /// <summary>"scalar", "vector128", "avx2" or "avx512".</summary>
    public abstract string Name { get; }

    /// <summary>Lanes of a vector of floats.</summary>
    public abstract int Lanes { get; }

    /// <summary>A convolution of one geometry.</summary>
    /// <param name="shape">The geometry.</param>
    /// <returns>An operator without weights: pack them before use.</returns>
    public abstract Conv2DOperator Conv2D(Conv2DShape shape);

    /// <summary>A fully connected layer of one geometry.</summary>
    /// <param name="shape">The geometry.</param>
    /// <returns>An operator without weights: pack them before use.</returns>
    public abstract DenseOperator Dense(DenseShape shape);

    /// <summary>Runs an elementwise loop in this instruction set.</summary>
    /// <typeparam name="TAction">The loop and its operands.</typeparam>
    /// <param name="action">Passed by reference, so that it can leave results behind.</param>
    public abstract void Run<TAction>(ref TAction action)
        where TAction : struct, ISimdAction;

    /// <summary>y = x &lt; 0 ? +0 : x; NaN passes through. In place if the operands are the same.</summary>
    /// <param name="x">count values.</param>
    /// <param name="y">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public abstract void Relu(float* x, float* y, long count);

    /// <summary>gradient = output &gt; 0 ? gradient : +0, in place.</summary>
    /// <param name="output">What ReLU gave: positive exactly where its input was.</param>
    /// <param name="gradient">count values.</param>
    /// <param name="count">How many.</param>
    public abstract void ReluGradient(float* output, float* gradient, long count);

    /// <summary>destination += source, one rounding an element.</summary>
    /// <param name="source">count values.</param>
    /// <param name="destination">count values, accumulated.</param>
    /// <param name="count">How many.</param>
    public abstract void Add(float* source, float* destination, long count);

    /// <summary>Sums of rows: a chain of adds down each column, going on from what stands in <paramref name="sums"/>.</summary>
    /// <param name="values">rows × columns.</param>
    /// <param name="rows">Rows, in order.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="sums">columns, accumulated.</param>
    public abstract void AddRows(float* values, long rows, int columns, int stride, float* sums);

    /// <summary>
    /// Largest value of each window, taps in (kh, kw) order, replacing when <c>v &gt; best || isnan(v)</c>, so that the first of equal values counts;
    /// taps in the padding are skipped.
    /// </summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="input">inH × inW × channels.</param>
    /// <param name="output">outH × outW × channels, overwritten.</param>
    /// <param name="argmax">outH × outW × channels, overwritten: kh · kW + kw of the value, as a float.</param>
    public abstract void MaxPool(Pool2DShape shape, float* input, float* output, float* argmax);

    /// <summary>Gradient of <see cref="MaxPool"/>: each window's gradient is added to its chosen input, windows in (oh, ow) order, from +0.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="argmax">As left by <see cref="MaxPool"/>.</param>
    /// <param name="gradOutput">outH × outW × channels.</param>
    /// <param name="gradInput">inH × inW × channels, overwritten.</param>
    /// <param name="rectified">
    /// The maxima, if ReLU made the inputs: where one is not positive its gradient becomes +0, so that it is the gradient before that ReLU. Else null.
    /// </param>
    public abstract void MaxPoolGradient(Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput, float* rectified);

    /// <summary>Mean of each window: taps that exist are added in (kh, kw) order from +0, then divided by their number.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="input">inH × inW × channels.</param>
    /// <param name="output">outH × outW × channels, overwritten.</param>
    public abstract void AvgPool(Pool2DShape shape, float* input, float* output);

    /// <summary>Gradient of <see cref="AvgPool"/>: each window adds gradient ÷ taps to its inputs, windows in (oh, ow) order, from +0.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="gradOutput">outH × outW × channels.</param>
    /// <param name="gradInput">inH × inW × channels, overwritten.</param>
    public abstract void AvgPoolGradient(Pool2DShape shape, float* gradOutput, float* gradInput);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
