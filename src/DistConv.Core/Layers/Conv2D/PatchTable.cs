using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>The compiled tiles over patches of one instruction set, by rows and vectors.</summary>
internal static unsafe class PatchTable<TSimd, TVec, TPatches>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
    where TPatches : struct, IPatchOperand
{
    private static readonly delegate*<PatchTile*, void>[] OneVector =
    [
        &PatchMicrokernel<TSimd, TVec, TPatches, Count1, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count2, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count3, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count4, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count5, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count6, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count7, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count8, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count9, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count10, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count11, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count12, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count13, Count1>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count14, Count1>.Run,
    ];

    private static readonly delegate*<PatchTile*, void>[] TwoVectors =
    [
        &PatchMicrokernel<TSimd, TVec, TPatches, Count1, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count2, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count3, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count4, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count5, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count6, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count7, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count8, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count9, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count10, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count11, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count12, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count13, Count2>.Run,
        &PatchMicrokernel<TSimd, TVec, TPatches, Count14, Count2>.Run,
    ];

    /// <summary>Runs a tile of 1 … <c>MaxTileRows</c> rows and 1 or 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(PatchTile* tile, int rows, int vectors) => (vectors == 1 ? OneVector : TwoVectors)[rows - 1](tile);
}
