using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>Which operand of a <see cref="PatchTile"/> is the patches, some of whose taps may not exist.</summary>
internal interface IPatchOperand
{
    /// <summary>True if patches are the vectors (taps are lanes), false if they are broadcast (taps are rows).</summary>
    static abstract bool AreLanes { get; }
}

internal readonly struct PatchLanes : IPatchOperand
{
    public static bool AreLanes => true;
}

internal readonly struct PatchRows : IPatchOperand
{
    public static bool AreLanes => false;
}

/// <summary>
/// A tile of a weight gradient over patches: as <see cref="Microkernel{TSimd, TVec, TRows, TVecs}"/>, with runs of their own lengths, in some of which taps
/// that do not exist are left out of their chains.
/// </summary>
internal abstract unsafe class PatchMicrokernel<TSimd, TVec, TPatches, TRows, TVecs> : TileAccumulators<TSimd, TVec, TRows, TVecs>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
    where TPatches : struct, IPatchOperand
    where TRows : struct, ICount
    where TVecs : struct, ICount
{
    /// <summary>Goes on with the chains of one tile over all runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(PatchTile* tile)
    {
        TVec r0a, r0b;
        TVec r1a, r1b;
        TVec r2a, r2b;
        TVec r3a, r3b;
        TVec r4a, r4b;
        TVec r5a, r5b;
        TVec r6a, r6b;
        TVec r7a, r7b;
        TVec r8a, r8b;
        TVec r9a, r9b;
        TVec r10a, r10b;
        TVec r11a, r11b;
        TVec r12a, r12b;
        TVec r13a, r13b;
        nint aRow = tile->ARow, aStep = tile->AStep, bStep = tile->BStep, cRow = tile->CRow;
        byte* c = tile->C;
        LoadRow(0, c, cRow, out r0a, out r0b);
        LoadRow(1, c, cRow, out r1a, out r1b);
        LoadRow(2, c, cRow, out r2a, out r2b);
        LoadRow(3, c, cRow, out r3a, out r3b);
        LoadRow(4, c, cRow, out r4a, out r4b);
        LoadRow(5, c, cRow, out r5a, out r5b);
        LoadRow(6, c, cRow, out r6a, out r6b);
        LoadRow(7, c, cRow, out r7a, out r7b);
        LoadRow(8, c, cRow, out r8a, out r8b);
        LoadRow(9, c, cRow, out r9a, out r9b);
        LoadRow(10, c, cRow, out r10a, out r10b);
        LoadRow(11, c, cRow, out r11a, out r11b);
        LoadRow(12, c, cRow, out r12a, out r12b);
        LoadRow(13, c, cRow, out r13a, out r13b);

        // SAFETY: the caller lays out the tile so that every row, step and run lies inside its operands (PatchTile's documentation).
        PatchRun* run = tile->Runs;
        for (int remaining = tile->RunCount; remaining > 0; remaining--, run++)
        {
            byte* a0 = tile->A + run->A;
            byte* a3 = a0 + (3 * aRow);
            byte* a6 = a3 + (3 * aRow);
            byte* a9 = a6 + (3 * aRow);
            byte* a12 = a9 + (3 * aRow);
            byte* b = tile->B + run->B;
            nint mask = tile->Masks + run->Mask;
            if (run->Mask == PatchRun.AllTaps)
            {
                for (nint k = run->Length; k > 0; k--)
                {
                    TVec ba = TSimd.Load((float*)b);
                    TVec bb = TVecs.Value > 1 ? TSimd.Load((float*)b + TSimd.Lanes) : TSimd.Zero;
                    b += bStep;
                    Chain(a0, ba, bb, ref r0a, ref r0b);
                    if (TRows.Value > 1) Chain(a0 + aRow, ba, bb, ref r1a, ref r1b);
                    if (TRows.Value > 2) Chain(a0 + (2 * aRow), ba, bb, ref r2a, ref r2b);
                    if (TRows.Value > 3) Chain(a3, ba, bb, ref r3a, ref r3b);
                    if (TRows.Value > 4) Chain(a3 + aRow, ba, bb, ref r4a, ref r4b);
                    if (TRows.Value > 5) Chain(a3 + (2 * aRow), ba, bb, ref r5a, ref r5b);
                    if (TRows.Value > 6) Chain(a6, ba, bb, ref r6a, ref r6b);
                    if (TRows.Value > 7) Chain(a6 + aRow, ba, bb, ref r7a, ref r7b);
                    if (TRows.Value > 8) Chain(a6 + (2 * aRow), ba, bb, ref r8a, ref r8b);
                    if (TRows.Value > 9) Chain(a9, ba, bb, ref r9a, ref r9b);
                    if (TRows.Value > 10) Chain(a9 + aRow, ba, bb, ref r10a, ref r10b);
                    if (TRows.Value > 11) Chain(a9 + (2 * aRow), ba, bb, ref r11a, ref r11b);
                    if (TRows.Value > 12) Chain(a12, ba, bb, ref r12a, ref r12b);
                    if (TRows.Value > 13) Chain(a12 + aRow, ba, bb, ref r13a, ref r13b);
                    a0 += aStep;
                    if (TRows.Value > 3) a3 += aStep;
                    if (TRows.Value > 6) a6 += aStep;
                    if (TRows.Value > 9) a9 += aStep;
                    if (TRows.Value > 12) a12 += aStep;
                }
            }
            else
            {
                for (nint k = run->Length; k > 0; k--)
                {
                    TVec ba = TSimd.Load((float*)b);
                    TVec bb = TVecs.Value > 1 ? TSimd.Load((float*)b + TSimd.Lanes) : TSimd.Zero;
                    TVec ma = TPatches.AreLanes ? TSimd.Load((float*)(b + mask)) : TSimd.Zero;
                    TVec mb = TPatches.AreLanes && TVecs.Value > 1 ? TSimd.Load((float*)(b + mask) + TSimd.Lanes) : TSimd.Zero;
                    b += bStep;
                    MaskedChain(a0, mask, ba, bb, ma, mb, ref r0a, ref r0b);
                    if (TRows.Value > 1) MaskedChain(a0 + aRow, mask, ba, bb, ma, mb, ref r1a, ref r1b);
                    if (TRows.Value > 2) MaskedChain(a0 + (2 * aRow), mask, ba, bb, ma, mb, ref r2a, ref r2b);
                    if (TRows.Value > 3) MaskedChain(a3, mask, ba, bb, ma, mb, ref r3a, ref r3b);
                    if (TRows.Value > 4) MaskedChain(a3 + aRow, mask, ba, bb, ma, mb, ref r4a, ref r4b);
                    if (TRows.Value > 5) MaskedChain(a3 + (2 * aRow), mask, ba, bb, ma, mb, ref r5a, ref r5b);
                    if (TRows.Value > 6) MaskedChain(a6, mask, ba, bb, ma, mb, ref r6a, ref r6b);
                    if (TRows.Value > 7) MaskedChain(a6 + aRow, mask, ba, bb, ma, mb, ref r7a, ref r7b);
                    if (TRows.Value > 8) MaskedChain(a6 + (2 * aRow), mask, ba, bb, ma, mb, ref r8a, ref r8b);
                    if (TRows.Value > 9) MaskedChain(a9, mask, ba, bb, ma, mb, ref r9a, ref r9b);
                    if (TRows.Value > 10) MaskedChain(a9 + aRow, mask, ba, bb, ma, mb, ref r10a, ref r10b);
                    if (TRows.Value > 11) MaskedChain(a9 + (2 * aRow), mask, ba, bb, ma, mb, ref r11a, ref r11b);
                    if (TRows.Value > 12) MaskedChain(a12, mask, ba, bb, ma, mb, ref r12a, ref r12b);
                    if (TRows.Value > 13) MaskedChain(a12 + aRow, mask, ba, bb, ma, mb, ref r13a, ref r13b);
                    a0 += aStep;
                    if (TRows.Value > 3) a3 += aStep;
                    if (TRows.Value > 6) a6 += aStep;
                    if (TRows.Value > 9) a9 += aStep;
                    if (TRows.Value > 12) a12 += aStep;
                }
            }
        }

        StoreRow(0, c, cRow, TileFinish.None, 0, r0a, r0b);
        StoreRow(1, c, cRow, TileFinish.None, 0, r1a, r1b);
        StoreRow(2, c, cRow, TileFinish.None, 0, r2a, r2b);
        StoreRow(3, c, cRow, TileFinish.None, 0, r3a, r3b);
        StoreRow(4, c, cRow, TileFinish.None, 0, r4a, r4b);
        StoreRow(5, c, cRow, TileFinish.None, 0, r5a, r5b);
        StoreRow(6, c, cRow, TileFinish.None, 0, r6a, r6b);
        StoreRow(7, c, cRow, TileFinish.None, 0, r7a, r7b);
        StoreRow(8, c, cRow, TileFinish.None, 0, r8a, r8b);
        StoreRow(9, c, cRow, TileFinish.None, 0, r9a, r9b);
        StoreRow(10, c, cRow, TileFinish.None, 0, r10a, r10b);
        StoreRow(11, c, cRow, TileFinish.None, 0, r11a, r11b);
        StoreRow(12, c, cRow, TileFinish.None, 0, r12a, r12b);
        StoreRow(13, c, cRow, TileFinish.None, 0, r13a, r13b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MaskedChain(byte* a, nint mask, TVec ba, TVec bb, TVec ma, TVec mb, ref TVec accumulatorA, ref TVec accumulatorB)
    {
        if (TPatches.AreLanes)
        {
            TVec x = TSimd.Broadcast(*(float*)a);
            accumulatorA = TSimd.SelectGreater(ma, TSimd.Zero, TSimd.MultiplyAdd(x, ba, accumulatorA), accumulatorA);
            if (TVecs.Value > 1) accumulatorB = TSimd.SelectGreater(mb, TSimd.Zero, TSimd.MultiplyAdd(x, bb, accumulatorB), accumulatorB);
        }
        else if (*(int*)(a + mask) != 0)
        {
            Chain(a, ba, bb, ref accumulatorA, ref accumulatorB);
        }
    }
}
