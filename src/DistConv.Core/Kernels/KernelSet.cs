namespace DistConv.Core.Kernels;

/// <summary>
/// One instruction set: the elementwise kernels that every layer shares, and <see cref="Run{TAction}"/>, by which a layer's own kernels run in it. Every set
/// gives the same bits; they differ in speed only. <see cref="KernelSets"/> chooses one.
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

    /// <summary>gradInput = output &gt; 0 ? gradOutput : +0. In place if the gradients are the same.</summary>
    /// <param name="output">What ReLU gave: positive exactly where its input was.</param>
    /// <param name="gradOutput">count values.</param>
    /// <param name="gradInput">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public abstract void ReluGradient(float* output, float* gradOutput, float* gradInput, long count);

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

    /// <inheritdoc/>
    public override string ToString() => Name;
}
