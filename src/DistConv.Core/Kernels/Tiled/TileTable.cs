using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>The compiled tiles of one instruction set, by rows and vectors, and how an extent is cut into them.</summary>
internal static unsafe class TileTable<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private static readonly delegate*<Tile*, void>[] OneVector =
    [
        &Microkernel<TSimd, TVec, Count1, Count1>.Run,
        &Microkernel<TSimd, TVec, Count2, Count1>.Run,
        &Microkernel<TSimd, TVec, Count3, Count1>.Run,
        &Microkernel<TSimd, TVec, Count4, Count1>.Run,
        &Microkernel<TSimd, TVec, Count5, Count1>.Run,
        &Microkernel<TSimd, TVec, Count6, Count1>.Run,
        &Microkernel<TSimd, TVec, Count7, Count1>.Run,
        &Microkernel<TSimd, TVec, Count8, Count1>.Run,
        &Microkernel<TSimd, TVec, Count9, Count1>.Run,
        &Microkernel<TSimd, TVec, Count10, Count1>.Run,
        &Microkernel<TSimd, TVec, Count11, Count1>.Run,
        &Microkernel<TSimd, TVec, Count12, Count1>.Run,
        &Microkernel<TSimd, TVec, Count13, Count1>.Run,
        &Microkernel<TSimd, TVec, Count14, Count1>.Run,
    ];

    private static readonly delegate*<Tile*, void>[] TwoVectors =
    [
        &Microkernel<TSimd, TVec, Count1, Count2>.Run,
        &Microkernel<TSimd, TVec, Count2, Count2>.Run,
        &Microkernel<TSimd, TVec, Count3, Count2>.Run,
        &Microkernel<TSimd, TVec, Count4, Count2>.Run,
        &Microkernel<TSimd, TVec, Count5, Count2>.Run,
        &Microkernel<TSimd, TVec, Count6, Count2>.Run,
        &Microkernel<TSimd, TVec, Count7, Count2>.Run,
        &Microkernel<TSimd, TVec, Count8, Count2>.Run,
        &Microkernel<TSimd, TVec, Count9, Count2>.Run,
        &Microkernel<TSimd, TVec, Count10, Count2>.Run,
        &Microkernel<TSimd, TVec, Count11, Count2>.Run,
        &Microkernel<TSimd, TVec, Count12, Count2>.Run,
        &Microkernel<TSimd, TVec, Count13, Count2>.Run,
        &Microkernel<TSimd, TVec, Count14, Count2>.Run,
    ];

    /// <summary>Runs a tile of 1 … <c>MaxTileRows</c> rows and 1 or 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(Tile* tile, int rows, int vectors) => (vectors == 1 ? OneVector : TwoVectors)[rows - 1](tile);

    /// <summary>Rows of the next tile when <paramref name="remaining"/> rows are left: as even a cut as the fewest tiles allow (26 rows → 13 + 13).</summary>
    public static int NextRows(int remaining)
    {
        int tiles = (remaining + TSimd.MaxTileRows - 1) / TSimd.MaxTileRows;
        return (remaining + tiles - 1) / tiles;
    }
}
