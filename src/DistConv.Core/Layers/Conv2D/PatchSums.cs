using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>Moves the chains' values between the weights' order (kh, kw, ic, oc) and that of tiles over patches, (kw, kh, ic) by oc or transposed.</summary>
internal static unsafe class PatchSums<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Fills the tiles' sums from the weights' gradient.</summary>
    public static void Load(Conv2DShape shape, bool tapsAreLanes, int sumRow, float* gradWeights, float* sums) =>
        Move<ToSums>(shape, tapsAreLanes, sumRow, gradWeights, sums);

    /// <summary>Writes the tiles' sums as the weights' gradient.</summary>
    public static void Store(Conv2DShape shape, bool tapsAreLanes, int sumRow, float* gradWeights, float* sums) =>
        Move<ToWeights>(shape, tapsAreLanes, sumRow, gradWeights, sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move<TDirection>(Conv2DShape s, bool tapsAreLanes, int sumRow, float* weights, float* sums)
        where TDirection : struct, IDirection
    {
        for (int kh = 0; kh < s.KH; kh++)
        {
            for (int kw = 0; kw < s.KW; kw++)
            {
                int tap = ((kw * s.KH) + kh) * s.InC;
                for (int ic = 0; ic < s.InC; ic++, tap++, weights += s.OutC)
                {
                    if (tapsAreLanes)
                    {
                        float* sum = sums + tap;
                        for (int oc = 0; oc < s.OutC; oc++, sum += sumRow) TDirection.Move(weights + oc, sum);
                    }
                    else
                    {
                        float* sum = sums + ((long)tap * sumRow);
                        for (int oc = 0; oc < s.OutC; oc += TSimd.Lanes) TDirection.MoveVector(weights + oc, sum + oc);
                    }
                }
            }
        }
    }

    private interface IDirection
    {
        static abstract void Move(float* weight, float* sum);

        static abstract void MoveVector(float* weight, float* sum);
    }

    private readonly struct ToSums : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Move(float* weight, float* sum) => *sum = *weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void MoveVector(float* weight, float* sum) => TSimd.Store(sum, TSimd.Load(weight));
    }

    private readonly struct ToWeights : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Move(float* weight, float* sum) => *weight = *sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void MoveVector(float* weight, float* sum) => TSimd.Store(weight, TSimd.Load(sum));
    }
}
