using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>What the tiles' microkernels do with one row of accumulators; rows beyond the tile's and a second vector that it has not compile to
/// nothing.</summary>
internal abstract unsafe class TileAccumulators<TSimd, TVec, TRows, TVecs>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
    where TRows : struct, ICount
    where TVecs : struct, ICount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Chain(byte* a, TVec ba, TVec bb, ref TVec accumulatorA, ref TVec accumulatorB)
    {
        TVec x = TSimd.Broadcast(*(float*)a);
        accumulatorA = TSimd.MultiplyAdd(x, ba, accumulatorA);
        if (TVecs.Value > 1) accumulatorB = TSimd.MultiplyAdd(x, bb, accumulatorB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TVec RowBias(int row, float* bias) => row < TRows.Value ? TSimd.Broadcast(bias[row]) : TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void LoadRow(int row, byte* c, nint cRow, out TVec accumulatorA, out TVec accumulatorB)
    {
        accumulatorA = accumulatorB = TSimd.Zero;
        if (row >= TRows.Value) return;
        float* source = (float*)(c + (row * cRow));
        accumulatorA = TSimd.Load(source);
        if (TVecs.Value > 1) accumulatorB = TSimd.Load(source + TSimd.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void StoreRow(int row, byte* c, nint cRow, TileFinish finish, nint rectified, TVec accumulatorA, TVec accumulatorB)
    {
        if (row >= TRows.Value) return;
        byte* destination = c + (row * cRow);
        Store(destination, finish, rectified, accumulatorA);
        if (TVecs.Value > 1) Store(destination + (TSimd.Lanes * sizeof(float)), finish, rectified, accumulatorB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(byte* destination, TileFinish finish, nint rectified, TVec value)
    {
        if (finish == TileFinish.AddToOutput) value = TSimd.Add(TSimd.Load((float*)destination), value);
        else if (finish != TileFinish.None) value = TSimd.Add(value, TSimd.Zero);
        if (finish == TileFinish.Relu) value = TSimd.SelectGreater(TSimd.Zero, value, TSimd.Zero, value);
        if (finish == TileFinish.ReluGradient)
            value = TSimd.SelectGreater(TSimd.Load((float*)(destination + rectified)), TSimd.Zero, value, TSimd.Zero);
        TSimd.Store((float*)destination, value);
    }
}
