namespace DistConv.Core.Kernels.Simd;

/// <summary>
/// One instruction set, as the few exactly defined operations that kernels are written in: every one is elementwise over the lanes and correctly rounded
/// (IEEE 754), so that a kernel gives the same bits for every implementation. Loops over an index of the output are the kernels' own; nothing here
/// reduces across lanes.
/// </summary>
/// <typeparam name="TVec">The vector type: <c>float</c> itself for one lane.</typeparam>
public unsafe interface ISimd<TVec>
    where TVec : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Largest number of tile rows for which rows × 2 accumulators, two operands and a broadcast fit the registers.</summary>
    static abstract int MaxTileRows { get; }

    /// <summary>All lanes +0.</summary>
    static abstract TVec Zero { get; }

    /// <summary>Reads <see cref="Lanes"/> values; no alignment needed.</summary>
    /// <param name="source">First value.</param>
    /// <returns>The vector.</returns>
    static abstract TVec Load(float* source);

    /// <summary>Writes <see cref="Lanes"/> values; no alignment needed.</summary>
    /// <param name="destination">First value.</param>
    /// <param name="value">What to write.</param>
    static abstract void Store(float* destination, TVec value);

    /// <summary>One value in all lanes.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The vector.</returns>
    static abstract TVec Broadcast(float value);

    /// <summary>a · b + c with one rounding.</summary>
    /// <param name="a">Factor.</param>
    /// <param name="b">Factor.</param>
    /// <param name="c">Addend.</param>
    /// <returns>The rounded result.</returns>
    static abstract TVec MultiplyAdd(TVec a, TVec b, TVec c);

    /// <summary>a + b.</summary>
    /// <param name="a">Addend.</param>
    /// <param name="b">Addend.</param>
    /// <returns>The rounded sum.</returns>
    static abstract TVec Add(TVec a, TVec b);

    /// <summary>a − b.</summary>
    /// <param name="a">Minuend.</param>
    /// <param name="b">Subtrahend.</param>
    /// <returns>The rounded difference.</returns>
    static abstract TVec Subtract(TVec a, TVec b);

    /// <summary>a · b.</summary>
    /// <param name="a">Factor.</param>
    /// <param name="b">Factor.</param>
    /// <returns>The rounded product.</returns>
    static abstract TVec Multiply(TVec a, TVec b);

    /// <summary>a / b.</summary>
    /// <param name="a">Dividend.</param>
    /// <param name="b">Divisor.</param>
    /// <returns>The rounded quotient.</returns>
    static abstract TVec Divide(TVec a, TVec b);

    /// <summary>√a.</summary>
    /// <param name="a">Radicand.</param>
    /// <returns>The rounded root; NaN below zero.</returns>
    static abstract TVec SquareRoot(TVec a);

    /// <summary>Lane by lane <c>a &gt; b ? whenTrue : whenFalse</c>; a comparison with NaN is false.</summary>
    /// <param name="a">Left side.</param>
    /// <param name="b">Right side.</param>
    /// <param name="whenTrue">Chosen where a &gt; b.</param>
    /// <param name="whenFalse">Chosen elsewhere.</param>
    /// <returns>The chosen lanes.</returns>
    static abstract TVec SelectGreater(TVec a, TVec b, TVec whenTrue, TVec whenFalse);

    /// <summary>Lane by lane <c>a == b ? whenTrue : whenFalse</c>; a comparison with NaN is false.</summary>
    /// <param name="a">Left side.</param>
    /// <param name="b">Right side.</param>
    /// <param name="whenTrue">Chosen where a == b.</param>
    /// <param name="whenFalse">Chosen elsewhere.</param>
    /// <returns>The chosen lanes.</returns>
    static abstract TVec SelectEqual(TVec a, TVec b, TVec whenTrue, TVec whenFalse);

    /// <summary>2ᵏ.</summary>
    /// <param name="exponent">k: whole numbers from −126 to 127. Other values give no value that means anything, but never a fault.</param>
    /// <returns>The exact powers.</returns>
    static abstract TVec PowerOfTwo(TVec exponent);
}
