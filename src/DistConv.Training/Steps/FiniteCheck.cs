using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Training.Steps;

/// <summary>Whether all values of a block are finite, at the speed of memory.</summary>
internal static unsafe class FiniteCheck
{
    public static bool AllFinite(KernelSet kernels, float* values, long count)
    {
        var loop = new Loop { Values = values, Count = count };
        kernels.Run(ref loop);
        return loop.Finite;
    }

    private struct Loop : ISimdAction
    {
        public float* Values;
        public long Count;
        public bool Finite;

        public void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Finite = Run<TSimd, TVec>();

        /// <summary>x − x is +0 for finite x and NaN otherwise; a NaN stays in its lane's sum.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly bool Run<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec sum = TSimd.Zero;
            long i = 0;
            for (; i <= Count - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec x = TSimd.Load(Values + i);
                sum = TSimd.Add(sum, TSimd.Subtract(x, x));
            }

            float* lanes = stackalloc float[TSimd.Lanes];
            TSimd.Store(lanes, sum);
            bool finite = true;
            for (int lane = 0; lane < TSimd.Lanes; lane++) finite &= lanes[lane] == 0f;
            for (; i < Count; i++) finite &= float.IsFinite(Values[i]);
            return finite;
        }
    }
}
