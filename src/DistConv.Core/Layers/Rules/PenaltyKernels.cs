using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Rules;

/// <summary>The gradient of a penalty by kernel set: whole vectors first, then the rest one by one.</summary>
public static unsafe class PenaltyKernels
{
    /// <summary>
    /// A gradient with that of a penalty (docs/numerics.md, rule 15): <c>s ← fma(2 λ₂ n, x, g)</c>, then <c>s ← s + λ₁ n sign(x)</c> with sign(0) = +0; both
    /// factors are worked out in double and rounded once, and what has the factor 0 is left out. In place if gradient and sums are the same.
    /// </summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="regularizer">λ₁ and λ₂.</param>
    /// <param name="samples">n.</param>
    /// <param name="values">count penalised values x.</param>
    /// <param name="gradient">count gradients g.</param>
    /// <param name="sums">count values s, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void AddPenaltyGradient(
        this KernelSet kernels, Regularizer regularizer, int samples, float* values, float* gradient, float* sums, long count)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(regularizer);
        GradientAction action = new()
        {
            Values = values,
            Gradient = gradient,
            Sums = sums,
            Count = count,
            OfSquares = (float)(2.0 * regularizer.L2 * samples),
            OfMagnitudes = (float)((double)regularizer.L1 * samples),
        };
        kernels.Run(ref action);
    }

    private struct GradientAction : ISimdAction
    {
        public float* Values, Gradient, Sums;
        public long Count;
        public float OfSquares, OfMagnitudes;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Loop<ScalarSimd, float>(Loop<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly long Loop<TSimd, TVec>(long i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec squares = TSimd.Broadcast(OfSquares), up = TSimd.Broadcast(OfMagnitudes), down = TSimd.Broadcast(-OfMagnitudes), zero = TSimd.Zero;
            for (long last = Count - TSimd.Lanes; i <= last; i += TSimd.Lanes)
            {
                TVec x = TSimd.Load(Values + i), sum = TSimd.Load(Gradient + i);
                if (OfSquares != 0) sum = TSimd.MultiplyAdd(squares, x, sum);
                if (OfMagnitudes != 0) sum = TSimd.Add(sum, TSimd.SelectGreater(x, zero, up, TSimd.SelectGreater(zero, x, down, zero)));
                TSimd.Store(Sums + i, sum);
            }

            return i;
        }
    }
}
