using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.AvgPool2D;

/// <summary>Average pooling by kernel set.</summary>
internal static unsafe class AvgPool2DKernels
{
    /// <summary>Mean of each window: taps that exist are added in (kh, kw) order from +0, then divided by their number.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="shape">The geometry.</param>
    /// <param name="input">inH × inW × channels.</param>
    /// <param name="output">outH × outW × channels, overwritten.</param>
    public static void AvgPool(this KernelSet kernels, Pool2DShape shape, float* input, float* output)
    {
        ForwardAction action = new() { Shape = shape, Input = input, Output = output };
        kernels.Run(ref action);
    }

    /// <summary>Gradient of <see cref="AvgPool"/>: each window adds gradient ÷ taps to its inputs, windows in (oh, ow) order, from +0.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="shape">The geometry.</param>
    /// <param name="gradOutput">outH × outW × channels.</param>
    /// <param name="gradInput">inH × inW × channels, overwritten.</param>
    public static void AvgPoolGradient(this KernelSet kernels, Pool2DShape shape, float* gradOutput, float* gradInput)
    {
        GradientAction action = new() { Shape = shape, GradOutput = gradOutput, GradInput = gradInput };
        kernels.Run(ref action);
    }

    private struct ForwardAction : ISimdAction
    {
        public Pool2DShape Shape;
        public float* Input, Output;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => AvgPool2DKernel<TSimd, TVec>.Forward(Shape, Input, Output);
    }

    private struct GradientAction : ISimdAction
    {
        public Pool2DShape Shape;
        public float* GradOutput, GradInput;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => AvgPool2DKernel<TSimd, TVec>.Gradient(Shape, GradOutput, GradInput);
    }
}
