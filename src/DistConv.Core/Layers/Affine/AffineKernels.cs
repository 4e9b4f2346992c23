using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Merging;

namespace DistConv.Core.Layers.Affine;

/// <summary>Loops with a number for each channel by kernel set.</summary>
internal static unsafe class AffineKernels
{
    /// <summary>output = values ∘ pattern[channel], value by value. In place if output and values are the same.</summary>
    /// <typeparam name="TOperation">The operation.</typeparam>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="values">count values, channels innermost.</param>
    /// <param name="pattern">The channels' numbers.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void CombineRepeated<TOperation>(this KernelSet kernels, float* values, ChannelPattern pattern, float* output, long count)
        where TOperation : struct, IPairOperation
    {
        RepeatedAction<TOperation> action = new() { Values = values, Pattern = pattern.Pointer, Length = pattern.Length, Output = output, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>output = fma(values, scale[channel], offset[channel]). In place if output and values are the same.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="values">count values, channels innermost.</param>
    /// <param name="scale">The channels' factors.</param>
    /// <param name="offset">The channels' addends.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void ScaleAndShift(this KernelSet kernels, float* values, ChannelPattern scale, ChannelPattern offset, float* output, long count)
    {
        AffineAction action = new()
        {
            Values = values,
            Scale = scale.Pointer,
            Offset = offset.Pointer,
            Length = scale.Length,
            Output = output,
            Count = count,
        };
        kernels.Run(ref action);
    }

    private struct RepeatedAction<TOperation> : ISimdAction
        where TOperation : struct, IPairOperation
    {
        public float* Values, Pattern, Output;
        public int Length;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => AffineKernel<TSimd, TVec>.CombineRepeated<TOperation>(Values, Pattern, Length, Output, Count);
    }

    private struct AffineAction : ISimdAction
    {
        public float* Values, Scale, Offset, Output;
        public int Length;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => AffineKernel<TSimd, TVec>.ScaleAndShift(Values, Scale, Offset, Length, Output, Count);
    }
}
