using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.PRelu;

/// <summary>Learned slopes by kernel set: whole vectors first, then the rest one by one.</summary>
internal static unsafe class PReluKernels
{
    /// <summary>result = x &gt; 0 ? value : slope · value, element by element: the layer itself where value is x, and its gradient.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="x">count inputs.</param>
    /// <param name="values">count values.</param>
    /// <param name="slopes">count slopes.</param>
    /// <param name="results">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void SlopeNegatives(this KernelSet kernels, float* x, float* values, float* slopes, float* results, int count)
    {
        SlopeAction action = new() { X = x, Values = values, Slopes = slopes, Results = results, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>sum = g · (x &gt; 0 ? +0 : x) + sum, element by element, with one rounding.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="x">count inputs.</param>
    /// <param name="gradOutput">count gradients.</param>
    /// <param name="sums">count values, accumulated.</param>
    /// <param name="count">How many.</param>
    public static void AddNegativeProducts(this KernelSet kernels, float* x, float* gradOutput, float* sums, int count)
    {
        SumAction action = new() { X = x, GradOutput = gradOutput, Sums = sums, Count = count };
        kernels.Run(ref action);
    }

    private struct SlopeAction : ISimdAction
    {
        public float* X, Values, Slopes, Results;
        public int Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Loop<ScalarSimd, float>(Loop<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Loop<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            for (; i <= Count - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec value = TSimd.Load(Values + i), sloped = TSimd.Multiply(TSimd.Load(Slopes + i), value);
                TSimd.Store(Results + i, TSimd.SelectGreater(TSimd.Load(X + i), TSimd.Zero, value, sloped));
            }

            return i;
        }
    }

    private struct SumAction : ISimdAction
    {
        public float* X, GradOutput, Sums;
        public int Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Loop<ScalarSimd, float>(Loop<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Loop<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            for (; i <= Count - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec x = TSimd.Load(X + i), negative = TSimd.SelectGreater(x, TSimd.Zero, TSimd.Zero, x);
                TSimd.Store(Sums + i, TSimd.MultiplyAdd(TSimd.Load(GradOutput + i), negative, TSimd.Load(Sums + i)));
            }

            return i;
        }
    }
}
