using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>
/// The one microkernel behind every product: a tile of <c>TRows</c> rows × <c>TVecs</c> vectors of outputs, each one sequential chain of fused
/// multiply-adds (docs/numerics.md, rule 2), so that neither the tile's size nor the vector's width changes a bit.
/// </summary>
/// <remarks>
/// The file is long because accumulators must be locals (an indexed array of them costs five times the time). The constants of the type
/// parameters fold, so each instantiation keeps only its own rows and vectors.
/// </remarks>
internal abstract unsafe class Microkernel<TSimd, TVec, TRows, TVecs> : TileAccumulators<TSimd, TVec, TRows, TVecs>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
    where TRows : struct, ICount
    where TVecs : struct, ICount
{
    /// <summary>Runs one tile: start value, the chains over all segments, finish, store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(Tile* tile)
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
        nint aRow = tile->ARow, aGroup = (3 * aRow) + tile->AGap, aStep = tile->AStep, bStep = tile->BStep, cRow = tile->CRow;
        byte* c = tile->C;

        if (tile->Start == TileStart.Accumulate)
        {
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
        }
        else if (tile->Start == TileStart.RowBias)
        {
            r0a = r0b = RowBias(0, tile->Bias);
            r1a = r1b = RowBias(1, tile->Bias);
            r2a = r2b = RowBias(2, tile->Bias);
            r3a = r3b = RowBias(3, tile->Bias);
            r4a = r4b = RowBias(4, tile->Bias);
            r5a = r5b = RowBias(5, tile->Bias);
            r6a = r6b = RowBias(6, tile->Bias);
            r7a = r7b = RowBias(7, tile->Bias);
            r8a = r8b = RowBias(8, tile->Bias);
            r9a = r9b = RowBias(9, tile->Bias);
            r10a = r10b = RowBias(10, tile->Bias);
            r11a = r11b = RowBias(11, tile->Bias);
            r12a = r12b = RowBias(12, tile->Bias);
            r13a = r13b = RowBias(13, tile->Bias);
        }
        else
        {
            TVec startA = TSimd.Zero, startB = TSimd.Zero;
            if (tile->Start == TileStart.Bias)
            {
                startA = TSimd.Load(tile->Bias);
                if (TVecs.Value > 1) startB = TSimd.Load(tile->Bias + TSimd.Lanes);
            }

            r0a = startA; r1a = startA; r2a = startA; r3a = startA; r4a = startA; r5a = startA; r6a = startA;
            r7a = startA; r8a = startA; r9a = startA; r10a = startA; r11a = startA; r12a = startA; r13a = startA;
            r0b = startB; r1b = startB; r2b = startB; r3b = startB; r4b = startB; r5b = startB; r6b = startB;
            r7b = startB; r8b = startB; r9b = startB; r10b = startB; r11b = startB; r12b = startB; r13b = startB;
        }

        // SAFETY: the caller lays out the tile so that every row, step and segment lies inside its operands (Tile's documentation).
        TileSegment* segment = tile->Segments;
        for (int remaining = tile->SegmentCount; remaining > 0; remaining--, segment++)
        {
            byte* a0 = tile->A + segment->A;
            byte* a3 = a0 + aGroup;
            byte* a6 = a3 + aGroup;
            byte* a9 = a6 + aGroup;
            byte* a12 = a9 + aGroup;
            byte* b = tile->B + segment->B;
            for (nint k = tile->Length; k > 0; k--)
            {
                TVec ba = TSimd.Load((float*)b);
                TVec bb = TVecs.Value > 1 ? TSimd.Load((float*)(b + (TSimd.Lanes * sizeof(float)))) : TSimd.Zero;
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

        TileFinish finish = tile->Finish;
        nint rectified = tile->Rectified;
        StoreRow(0, c, cRow, finish, rectified, r0a, r0b);
        StoreRow(1, c, cRow, finish, rectified, r1a, r1b);
        StoreRow(2, c, cRow, finish, rectified, r2a, r2b);
        StoreRow(3, c, cRow, finish, rectified, r3a, r3b);
        StoreRow(4, c, cRow, finish, rectified, r4a, r4b);
        StoreRow(5, c, cRow, finish, rectified, r5a, r5b);
        StoreRow(6, c, cRow, finish, rectified, r6a, r6b);
        StoreRow(7, c, cRow, finish, rectified, r7a, r7b);
        StoreRow(8, c, cRow, finish, rectified, r8a, r8b);
        StoreRow(9, c, cRow, finish, rectified, r9a, r9b);
        StoreRow(10, c, cRow, finish, rectified, r10a, r10b);
        StoreRow(11, c, cRow, finish, rectified, r11a, r11b);
        StoreRow(12, c, cRow, finish, rectified, r12a, r12b);
        StoreRow(13, c, cRow, finish, rectified, r13a, r13b);
    }
}
