using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.MaxPool2D;

/// <summary>Maximum pooling by kernel set.</summary>
internal static unsafe class MaxPool2DKernels
{
    /// <summary>
    /// Largest value of each window, taps in (kh, kw) order, replacing when <c>v &gt; best || isnan(v)</c>, so that the first of equal values counts;
    /// taps in the padding are skipped.
    /// </summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="shape">The geometry.</param>
    /// <param name="input">inH × inW × channels.</param>
    /// <param name="output">outH × outW × channels, overwritten.</param>
    /// <param name="argmax">outH × outW × channels, overwritten: kh · kW + kw of the value, as a float.</param>
    public static void MaxPool(this KernelSet kernels, Pool2DShape shape, float* input, float* output, float* argmax)
    {
        ForwardAction action = new() { Shape = shape, Input = input, Output = output, Argmax = argmax };
        kernels.Run(ref action);
    }

    /// <summary>Gradient of <see cref="MaxPool"/>: each window's gradient is added to its chosen input, windows in (oh, ow) order, from +0.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="shape">The geometry.</param>
    /// <param name="argmax">As left by <see cref="MaxPool"/>.</param>
    /// <param name="gradOutput">outH × outW × channels.</param>
    /// <param name="gradInput">inH × inW × channels, overwritten.</param>
    /// <param name="rectified">
    /// The maxima, if ReLU made the inputs: where one is not positive its gradient becomes +0, so that it is the gradient before that ReLU. Else null.
    /// </param>
    public static void MaxPoolGradient(this KernelSet kernels, Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput, float* rectified)
    {
        GradientAction action = new() { Shape = shape, Argmax = argmax, GradOutput = gradOutput, GradInput = gradInput, Rectified = rectified };
        kernels.Run(ref action);
    }

    private struct ForwardAction : ISimdAction
    {
        public Pool2DShape Shape;
        public float* Input, Output, Argmax;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MaxPool2DKernel<TSimd, TVec>.Forward(Shape, Input, Output, Argmax);
    }

    private struct GradientAction : ISimdAction
    {
        public Pool2DShape Shape;
        public float* Argmax, GradOutput, GradInput, Rectified;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MaxPool2DKernel<TSimd, TVec>.Gradient(Shape, Argmax, GradOutput, GradInput, Rectified);
    }
}
