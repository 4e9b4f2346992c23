using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Merging;

/// <summary>The loops of merging layers by kernel set (docs/numerics.md, rule 11).</summary>
internal static unsafe class MergeKernels
{
    /// <summary>output = left ∘ right, value by value. In place if the output is one of them.</summary>
    /// <typeparam name="TOperation">The operation.</typeparam>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="left">count values.</param>
    /// <param name="right">count values.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void Combine<TOperation>(this KernelSet kernels, float* left, float* right, float* output, long count)
        where TOperation : struct, IPairOperation
    {
        PairAction<TOperation> action = new() { Left = left, Right = right, Output = output, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>output = ((x₀ + x₁) + x₂) + …, value by value.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="inputs">The summands, count values each.</param>
    /// <param name="summands">How many there are, at least 2.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void AddAll(this KernelSet kernels, float** inputs, int summands, float* output, long count)
    {
        kernels.Combine<Sum>(inputs[0], inputs[1], output, count);
        for (int i = 2; i < summands; i++) kernels.Combine<Sum>(output, inputs[i], output, count);
    }

    /// <summary>output = left ∘ value, with the same value for all. In place if output and left are the same.</summary>
    /// <typeparam name="TOperation">The operation.</typeparam>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="left">count values.</param>
    /// <param name="value">The right operand.</param>
    /// <param name="output">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void CombineWith<TOperation>(this KernelSet kernels, float* left, float value, float* output, long count)
        where TOperation : struct, IPairOperation
    {
        ValueAction<TOperation> action = new() { Left = left, Value = value, Output = output, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>Where v is better than the best so far, or isnan(v): best = v and chosen = number. So the first of equal values counts.</summary>
    /// <typeparam name="TOrder">What is better.</typeparam>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="values">count values.</param>
    /// <param name="number">Their input's number.</param>
    /// <param name="best">count values, updated.</param>
    /// <param name="chosen">count numbers, updated.</param>
    /// <param name="count">How many.</param>
    public static void Choose<TOrder>(this KernelSet kernels, float* values, float number, float* best, float* chosen, long count)
        where TOrder : struct, IOrder
    {
        ChooseAction<TOrder> action = new() { Values = values, Number = number, Best = best, Chosen = chosen, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>gradInput = chosen == number ? gradOutput : +0.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="chosen">As left by <see cref="Choose"/>.</param>
    /// <param name="number">The input's number.</param>
    /// <param name="gradOutput">count values.</param>
    /// <param name="gradInput">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void Chosen(this KernelSet kernels, float* chosen, float number, float* gradOutput, float* gradInput, long count)
    {
        ChosenAction action = new() { Chosen = chosen, Number = number, GradOutput = gradOutput, GradInput = gradInput, Count = count };
        kernels.Run(ref action);
    }

    /// <summary>sums[c] = Σ left[p, c] · right[p, c]: for each channel a chain of fused multiply-adds over ascending positions from +0.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="left">positions × channels.</param>
    /// <param name="right">positions × channels, or channels alone.</param>
    /// <param name="isRepeated">Whether <paramref name="right"/> has one position, which counts for all.</param>
    /// <param name="positions">Positions.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="sums">channels, overwritten.</param>
    public static void AddProducts(this KernelSet kernels, float* left, float* right, bool isRepeated, int positions, int channels, float* sums)
    {
        ProductsAction action = new()
        {
            Left = left,
            Right = right,
            RightStride = isRepeated ? 0 : channels,
            Positions = positions,
            Channels = channels,
            Sums = sums,
        };
        kernels.Run(ref action);
    }

    private struct PairAction<TOperation> : ISimdAction
        where TOperation : struct, IPairOperation
    {
        public float* Left, Right, Output;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MergeKernel<TSimd, TVec>.Combine<TOperation>(Left, Right, Output, Count);
    }

    private struct ValueAction<TOperation> : ISimdAction
        where TOperation : struct, IPairOperation
    {
        public float* Left, Output;
        public float Value;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MergeKernel<TSimd, TVec>.CombineWith<TOperation>(Left, Value, Output, Count);
    }

    private struct ChooseAction<TOrder> : ISimdAction
        where TOrder : struct, IOrder
    {
        public float* Values, Best, Chosen;
        public float Number;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MergeKernel<TSimd, TVec>.Choose<TOrder>(Values, Number, Best, Chosen, Count);
    }

    private struct ChosenAction : ISimdAction
    {
        public float* Chosen, GradOutput, GradInput;
        public float Number;
        public long Count;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MergeKernel<TSimd, TVec>.Chosen(Chosen, Number, GradOutput, GradInput, Count);
    }

    private struct ProductsAction : ISimdAction
    {
        public float* Left, Right, Sums;
        public int RightStride, Positions, Channels;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => MergeKernel<TSimd, TVec>.AddProducts(Left, Right, RightStride, Positions, Channels, Sums);
    }
}
