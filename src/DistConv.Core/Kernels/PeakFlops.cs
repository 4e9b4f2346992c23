using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels;

/// <summary>The arithmetic limit: fused multiply-adds on registers alone, in twelve independent chains, which hides their latency on every known
/// processor.</summary>
public static unsafe class PeakFlops
{
    private const int Chains = 12;

    /// <summary>Runs a burst on the calling thread.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="rounds">Rounds of twelve multiply-adds; 100,000 take well under a millisecond.</param>
    /// <returns>Floating-point operations done: two a lane and multiply-add.</returns>
    public static double Burst(KernelSet kernels, int rounds)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var burst = new Loop { Rounds = rounds };
        kernels.Run(ref burst);
        return burst.Operations;
    }

    private struct Loop : ISimdAction
    {
        public int Rounds;
        public double Operations;

        public void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            float* operands = stackalloc float[2 * TSimd.Lanes];
            new Span<float>(operands, 2 * TSimd.Lanes).Fill(1e-3f);
            Run<TSimd, TVec>(operands, Rounds);
            Operations = 2.0 * Chains * TSimd.Lanes * Rounds;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TSimd, TVec>(float* operands, int rounds)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec x = TSimd.Load(operands), y = TSimd.Load(operands + TSimd.Lanes);
            TVec c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
            for (int i = rounds; i > 0; i--)
            {
                c0 = TSimd.MultiplyAdd(x, y, c0);
                c1 = TSimd.MultiplyAdd(x, y, c1);
                c2 = TSimd.MultiplyAdd(x, y, c2);
                c3 = TSimd.MultiplyAdd(x, y, c3);
                c4 = TSimd.MultiplyAdd(x, y, c4);
                c5 = TSimd.MultiplyAdd(x, y, c5);
                c6 = TSimd.MultiplyAdd(x, y, c6);
                c7 = TSimd.MultiplyAdd(x, y, c7);
                c8 = TSimd.MultiplyAdd(x, y, c8);
                c9 = TSimd.MultiplyAdd(x, y, c9);
                c10 = TSimd.MultiplyAdd(x, y, c10);
                c11 = TSimd.MultiplyAdd(x, y, c11);
            }

            // The sums leave the method, so that no chain is dead code.
            c0 = TSimd.Add(TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3)), TSimd.Add(TSimd.Add(c4, c5), TSimd.Add(c6, c7)));
            TSimd.Store(operands, TSimd.Add(c0, TSimd.Add(TSimd.Add(c8, c9), TSimd.Add(c10, c11))));
        }
    }
}
