using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Activations;

/// <summary>Activations by kernel set: whole vectors first, then the rest one by one.</summary>
internal static unsafe class ActivationKernels
{
    /// <summary>y = f(x), element by element. In place if the operands are the same.</summary>
    /// <typeparam name="TFunction">f.</typeparam>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="function">Its constants.</param>
    /// <param name="x">count values.</param>
    /// <param name="y">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void Activate<TFunction>(this KernelSet kernels, TFunction function, float* x, float* y, long count)
        where TFunction : struct, IActivationFunction
    {
        ValueAction<TFunction> action = new() { Function = function, X = x, Y = y, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>gradInput = gradOutput · f′, element by element. In place if the gradients are the same.</summary>
    /// <typeparam name="TFunction">f.</typeparam>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="function">Its constants.</param>
    /// <param name="kept">count outputs or inputs: see <see cref="IActivationFunction.ReadsOutput"/>.</param>
    /// <param name="gradOutput">count values.</param>
    /// <param name="gradInput">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void ActivateGradient<TFunction>(
        this KernelSet kernels, TFunction function, float* kept, float* gradOutput, float* gradInput, long count)
        where TFunction : struct, IActivationFunction
    {
        GradientAction<TFunction> action = new() { Function = function, Kept = kept, GradOutput = gradOutput, GradInput = gradInput, Count = count };
        kernels.Run(ref action);
    }

    private struct ValueAction<TFunction> : ISimdAction
        where TFunction : struct, IActivationFunction
    {
        public TFunction Function;
        public float* X, Y;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Loop<ScalarSimd, float>(Loop<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly long Loop<TSimd, TVec>(long i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TFunction function = Function;
            float* x = X, y = Y;
            for (; i <= Count - TSimd.Lanes; i += TSimd.Lanes) TSimd.Store(y + i, function.Value<TSimd, TVec>(TSimd.Load(x + i)));
            return i;
        }
    }

    private struct GradientAction<TFunction> : ISimdAction
        where TFunction : struct, IActivationFunction
    {
        public TFunction Function;
        public float* Kept, GradOutput, GradInput;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Loop<ScalarSimd, float>(Loop<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly long Loop<TSimd, TVec>(long i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TFunction function = Function;
            float* kept = Kept, gradOutput = GradOutput, gradInput = GradInput;
            for (; i <= Count - TSimd.Lanes; i += TSimd.Lanes)
                TSimd.Store(gradInput + i, function.Gradient<TSimd, TVec>(TSimd.Load(kept + i), TSimd.Load(gradOutput + i)));
            return i;
        }
    }
}
