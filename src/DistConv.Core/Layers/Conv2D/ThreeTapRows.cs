using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// The operands of rows of outputs: <c>C[i, v] = bias[v] + chain over kernel rows h and taps t &lt; 3 of
/// X[h·XRow + i·XStep + t] · Weights[(3h + t)·WeightStep + v]</c>.
/// Strides are in floats.
/// </summary>
internal unsafe struct ThreeTapRows
{
    /// <summary>Most kernel rows.</summary>
    public const int MaxKernelRows = 4;

    /// <summary>First tap of the first position.</summary>
    public float* X;

    /// <summary>From a kernel row's taps to the next's.</summary>
    public long XRow;

    /// <summary>From a position's taps to the next's.</summary>
    public long XStep;

    /// <summary>From behind a row's last position to the next row's first.</summary>
    public long XGap;

    /// <summary>First vector of weights.</summary>
    public float* Weights;

    /// <summary>From a tap's weights to the next's.</summary>
    public long WeightStep;

    /// <summary>The channels' biases.</summary>
    public float* Bias;

    /// <summary>First output.</summary>
    public float* C;

    /// <summary>From a position's outputs to the next's, also from row to row.</summary>
    public long CStep;

    /// <summary>Rows of outputs.</summary>
    public int Rows;

    /// <summary>Positions of a row.</summary>
    public int Count;

    /// <summary>Whether ReLU follows.</summary>
    public bool Relu;

    /// <summary>Runs the rows in an instruction set whose registers hold the weights of one or two vectors.</summary>
    /// <typeparam name="TSimd">The instruction set.</typeparam>
    /// <typeparam name="TVec">Its vector.</typeparam>
    /// <param name="rows">The operands.</param>
    /// <param name="kernelRows">1 … <see cref="MaxKernelRows"/>.</param>
    /// <param name="vectors">1 or 2.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVec>(ThreeTapRows* rows, int kernelRows, int vectors)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        if (vectors == 1) Run<TSimd, TVec, Count1>(rows, kernelRows);
        else Run<TSimd, TVec, Count2>(rows, kernelRows);
    }

    private static void Run<TSimd, TVec, TVecs>(ThreeTapRows* rows, int kernelRows)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
        where TVecs : struct, ICount
    {
        switch (kernelRows)
        {
            case 1: ThreeTapMicrokernel<TSimd, TVec, Count1, TVecs>.Run(rows); break;
            case 2: ThreeTapMicrokernel<TSimd, TVec, Count2, TVecs>.Run(rows); break;
            case 3: ThreeTapMicrokernel<TSimd, TVec, Count3, TVecs>.Run(rows); break;
            default: ThreeTapMicrokernel<TSimd, TVec, Count4, TVecs>.Run(rows); break;
        }
    }
}
