using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// Rows of outputs of a kernel with three taps a row, weights held in registers: position after position, so that the stores of one hide behind the
/// multiply-adds of the next. A tile of so short chains would end all of them at once, and wait for its stores.
/// </summary>
internal static unsafe class ThreeTapMicrokernel<TSimd, TVec, TRows, TVecs>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
    where TRows : struct, ICount
    where TVecs : struct, ICount
{
    /// <summary>Runs the rows: start at the bias, the chains, <c>+ 0f</c> and where asked ReLU, store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ThreeTapRows* rows)
    {
        TVec w00a = Weight(0, 0, 0, rows), w00b = Weight(0, 0, 1, rows);
        TVec w01a = Weight(0, 1, 0, rows), w01b = Weight(0, 1, 1, rows);
        TVec w02a = Weight(0, 2, 0, rows), w02b = Weight(0, 2, 1, rows);
        TVec w10a = Weight(1, 0, 0, rows), w10b = Weight(1, 0, 1, rows);
        TVec w11a = Weight(1, 1, 0, rows), w11b = Weight(1, 1, 1, rows);
        TVec w12a = Weight(1, 2, 0, rows), w12b = Weight(1, 2, 1, rows);
        TVec w20a = Weight(2, 0, 0, rows), w20b = Weight(2, 0, 1, rows);
        TVec w21a = Weight(2, 1, 0, rows), w21b = Weight(2, 1, 1, rows);
        TVec w22a = Weight(2, 2, 0, rows), w22b = Weight(2, 2, 1, rows);
        TVec w30a = Weight(3, 0, 0, rows), w30b = Weight(3, 0, 1, rows);
        TVec w31a = Weight(3, 1, 0, rows), w31b = Weight(3, 1, 1, rows);
        TVec w32a = Weight(3, 2, 0, rows), w32b = Weight(3, 2, 1, rows);
        TVec biasA = TSimd.Load(rows->Bias), biasB = TVecs.Value > 1 ? TSimd.Load(rows->Bias + TSimd.Lanes) : TSimd.Zero;
        bool relu = rows->Relu;
        long step = rows->XStep, gap = rows->XGap, outStep = rows->CStep;
        float* c = rows->C;
        float* p0 = rows->X;
        float* p1 = p0 + rows->XRow;
        float* p2 = p1 + rows->XRow;
        float* p3 = p2 + rows->XRow;

        // SAFETY: the caller lays out the rows so that every position and tap lies inside its operands (ThreeTapRows's documentation).
        for (int remainingRows = rows->Rows; remainingRows > 0; remainingRows--)
        {
            for (int remaining = rows->Count; remaining > 0; remaining--)
            {
                TVec a = biasA, b = biasB;
                Chain(0, p0, w00a, w00b, ref a, ref b);
                Chain(0, p0 + 1, w01a, w01b, ref a, ref b);
                Chain(0, p0 + 2, w02a, w02b, ref a, ref b);
                Chain(1, p1, w10a, w10b, ref a, ref b);
                Chain(1, p1 + 1, w11a, w11b, ref a, ref b);
                Chain(1, p1 + 2, w12a, w12b, ref a, ref b);
                Chain(2, p2, w20a, w20b, ref a, ref b);
                Chain(2, p2 + 1, w21a, w21b, ref a, ref b);
                Chain(2, p2 + 2, w22a, w22b, ref a, ref b);
                Chain(3, p3, w30a, w30b, ref a, ref b);
                Chain(3, p3 + 1, w31a, w31b, ref a, ref b);
                Chain(3, p3 + 2, w32a, w32b, ref a, ref b);
                p0 += step;
                if (TRows.Value > 1) p1 += step;
                if (TRows.Value > 2) p2 += step;
                if (TRows.Value > 3) p3 += step;
                a = TSimd.Add(a, TSimd.Zero);
                b = TSimd.Add(b, TSimd.Zero);
                if (relu)
                {
                    a = TSimd.SelectGreater(TSimd.Zero, a, TSimd.Zero, a);
                    b = TSimd.SelectGreater(TSimd.Zero, b, TSimd.Zero, b);
                }

                TSimd.Store(c, a);
                if (TVecs.Value > 1) TSimd.Store(c + TSimd.Lanes, b);
                c += outStep;
            }

            p0 += gap;
            if (TRows.Value > 1) p1 += gap;
            if (TRows.Value > 2) p2 += gap;
            if (TRows.Value > 3) p3 += gap;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Weight(int kernelRow, int tap, int vector, ThreeTapRows* rows) =>
        kernelRow < TRows.Value && vector < TVecs.Value
            ? TSimd.Load(rows->Weights + (((kernelRow * 3) + tap) * rows->WeightStep) + (vector * TSimd.Lanes))
            : TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chain(int kernelRow, float* x, TVec weightA, TVec weightB, ref TVec a, ref TVec b)
    {
        if (kernelRow >= TRows.Value) return;
        TVec value = TSimd.Broadcast(*x);
        a = TSimd.MultiplyAdd(value, weightA, a);
        if (TVecs.Value > 1) b = TSimd.MultiplyAdd(value, weightB, b);
    }
}
