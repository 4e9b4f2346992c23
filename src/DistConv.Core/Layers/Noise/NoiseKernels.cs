using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Noise;

/// <summary>The loops of noise by kernel set.</summary>
internal static unsafe class NoiseKernels
{
    /// <summary>output = fma(values, factor, addends). In place if the output is one of them.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="values">count values.</param>
    /// <param name="factor">What they are multiplied by.</param>
    /// <param name="addends">count values.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void AddScaled(this KernelSet kernels, float* values, float factor, float* addends, float* output, long count)
    {
        AddScaledAction action = new() { Values = values, Factor = factor, Addends = addends, Output = output, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>output = fma(values, factor, addend), with one addend for all. In place if they are the same.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="values">count values.</param>
    /// <param name="factor">What they are multiplied by.</param>
    /// <param name="addend">What is added.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void Scale(this KernelSet kernels, float* values, float factor, float addend, float* output, long count)
    {
        ScaleAction action = new() { Values = values, Factor = factor, Addend = addend, Output = output, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>values[row, i] = kept[i] &gt; 0 ? values[row, i] : other, in place.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="kept">count values: 1 or 0.</param>
    /// <param name="other">What takes the place of those that are not kept.</param>
    /// <param name="values">rows × count.</param>
    /// <param name="count">Values of a row.</param>
    /// <param name="rows">Rows.</param>
    public static void Keep(this KernelSet kernels, float* kept, float other, float* values, int count, int rows)
    {
        KeepAction action = new() { Kept = kept, Other = other, Values = values, Count = count, Rows = rows };
        kernels.Run(ref action);
    }

    private struct AddScaledAction : ISimdAction
    {
        public float* Values, Addends, Output;
        public float Factor;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => NoiseKernel<TSimd, TVec>.AddScaled(Values, Factor, Addends, Output, Count);
    }

    private struct ScaleAction : ISimdAction
    {
        public float* Values, Output;
        public float Factor, Addend;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => NoiseKernel<TSimd, TVec>.Scale(Values, Factor, Addend, Output, Count);
    }

    private struct KeepAction : ISimdAction
    {
        public float* Kept, Values;
        public float Other;
        public int Count, Rows;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => NoiseKernel<TSimd, TVec>.Keep(Kept, Other, Values, Count, Rows);
    }
}
