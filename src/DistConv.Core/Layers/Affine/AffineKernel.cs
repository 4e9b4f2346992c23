using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Affine;

/// <summary>Loops with a number for each channel: whole vectors first, then the rest lane by lane. With one lane they are the definition.</summary>
internal static unsafe class AffineKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CombineRepeated<TOperation>(float* values, float* pattern, int length, float* output, long count)
        where TOperation : struct, IPairOperation
    {
        long i = 0;
        int p = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
        {
            TSimd.Store(output + i, TOperation.Apply<TSimd, TVec>(TSimd.Load(values + i), TSimd.Load(pattern + p)));
            p += TSimd.Lanes;
            if (p == length) p = 0;
        }

        for (; i < count; i++, p++) output[i] = TOperation.Apply<ScalarSimd, float>(values[i], pattern[p]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaleAndShift(float* values, float* scale, float* offset, int length, float* output, long count)
    {
        long i = 0;
        int p = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
        {
            TSimd.Store(output + i, TSimd.MultiplyAdd(TSimd.Load(values + i), TSimd.Load(scale + p), TSimd.Load(offset + p)));
            p += TSimd.Lanes;
            if (p == length) p = 0;
        }

        for (; i < count; i++, p++) output[i] = ScalarSimd.MultiplyAdd(values[i], scale[p], offset[p]);
    }
}
