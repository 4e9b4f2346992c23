using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Noise;

/// <summary>The loops of noise: whole vectors first, then the rest lane by lane. With one lane they are the definition.</summary>
internal static unsafe class NoiseKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* values, float factor, float* addends, float* output, long count)
    {
        TVec factors = TSimd.Broadcast(factor);
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
            TSimd.Store(output + i, TSimd.MultiplyAdd(TSimd.Load(values + i), factors, TSimd.Load(addends + i)));
        for (; i < count; i++) output[i] = ScalarSimd.MultiplyAdd(values[i], factor, addends[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* values, float factor, float addend, float* output, long count)
    {
        TVec factors = TSimd.Broadcast(factor), addends = TSimd.Broadcast(addend);
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes) TSimd.Store(output + i, TSimd.MultiplyAdd(TSimd.Load(values + i), factors, addends));
        for (; i < count; i++) output[i] = ScalarSimd.MultiplyAdd(values[i], factor, addend);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Keep(float* kept, float other, float* values, int count, int rows)
    {
        TVec others = TSimd.Broadcast(other);
        for (int row = 0; row < rows; row++, values += count)
        {
            int i = 0;
            for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
                TSimd.Store(values + i, TSimd.SelectGreater(TSimd.Load(kept + i), TSimd.Zero, TSimd.Load(values + i), others));
            for (; i < count; i++) values[i] = kept[i] > 0f ? values[i] : other;
        }
    }
}
