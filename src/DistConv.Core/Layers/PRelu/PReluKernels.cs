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
    public static void SlopeNegatives(this KernelSet kernels, float* x, float* values, float* slopes, float* results, int count) =>
        Combine<Slope>(kernels, x, values, slopes, results, count);

    /// <summary>sum = g · (x &gt; 0 ? +0 : x) + sum, element by element, with one rounding.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="x">count inputs.</param>
    /// <param name="gradOutput">count gradients.</param>
    /// <param name="sums">count values, accumulated.</param>
    /// <param name="count">How many.</param>
    public static void AddNegativeProducts(this KernelSet kernels, float* x, float* gradOutput, float* sums, int count) =>
        Combine<NegativeProduct>(kernels, x, gradOutput, sums, sums, count);

    /// <summary>results = first ∘ second ∘ third, element by element. In place if the results are one of them.</summary>
    private static void Combine<TOperation>(KernelSet kernels, float* first, float* second, float* third, float* results, int count)
        where TOperation : struct, ITripleOperation
    {
        TripleAction<TOperation> action = new() { First = first, Second = second, Third = third, Results = results, Count = count };
        kernels.Run(ref action);
    }

    private interface ITripleOperation
    {
        static abstract TVec Apply<TSimd, TVec>(TVec first, TVec second, TVec third)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct;
    }

    /// <summary>x &gt; 0 ? value : slope · value.</summary>
    private readonly struct Slope : ITripleOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Apply<TSimd, TVec>(TVec x, TVec value, TVec slope)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => TSimd.SelectGreater(x, TSimd.Zero, value, TSimd.Multiply(slope, value));
    }

    /// <summary>g · (x &gt; 0 ? +0 : x) + sum.</summary>
    private readonly struct NegativeProduct : ITripleOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVec Apply<TSimd, TVec>(TVec x, TVec gradient, TVec sum)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => TSimd.MultiplyAdd(gradient, TSimd.SelectGreater(x, TSimd.Zero, TSimd.Zero, x), sum);
    }

    private struct TripleAction<TOperation> : ISimdAction
        where TOperation : struct, ITripleOperation
    {
        public float* First, Second, Third, Results;
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
                TSimd.Store(Results + i, TOperation.Apply<TSimd, TVec>(TSimd.Load(First + i), TSimd.Load(Second + i), TSimd.Load(Third + i)));
            return i;
        }
    }
}
