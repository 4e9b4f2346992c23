using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels.Elementwise;

/// <summary>ReLU and its gradient: whole vectors first, then the rest lane by lane.</summary>
internal static unsafe class Activations<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Relu(float* x, float* y, long count)
    {
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
        {
            TVec v = TSimd.Load(x + i);
            TSimd.Store(y + i, TSimd.SelectGreater(TSimd.Zero, v, TSimd.Zero, v));
        }

        for (; i < count; i++) y[i] = x[i] < 0f ? 0f : x[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReluGradient(float* output, float* gradOutput, float* gradInput, long count)
    {
        long i = 0;
        for (; i <= count - TSimd.Lanes; i += TSimd.Lanes)
        {
            TSimd.Store(gradInput + i, TSimd.SelectGreater(TSimd.Load(output + i), TSimd.Zero, TSimd.Load(gradOutput + i), TSimd.Zero));
        }

        for (; i < count; i++) gradInput[i] = output[i] > 0f ? gradOutput[i] : 0f;
    }
}
