using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// RMSprop (Tieleman and Hinton 2012, Coursera lecture 6.5) as Keras defines it, neither centred nor with momentum: v ← ρ v + (1−ρ) g², w ← w − η g / √(v + ε).
/// The running average is <c>fma(ρ, v, (1−ρ)·(g·g))</c>. (PyTorch has ε outside of the root.)
/// </summary>
internal sealed unsafe class RmsProp(OptimizerSpec spec) : RuleOptimizer<RmsProp.Rule>("velocity")
{
    protected override Rule RuleOf(float learningRate) => new(spec, learningRate);

    /// <summary>The formula.</summary>
    internal readonly struct Rule(OptimizerSpec spec, float learningRate) : IUpdateRule
    {
        private readonly float _rate = learningRate, _rho = spec.Rho, _fresh = 1f - spec.Rho, _epsilon = spec.Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVec Update<TSimd, TVec>(TVec weights, TVec gradient, float* first, float* second)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec squares = TSimd.Multiply(TSimd.Broadcast(_fresh), TSimd.Multiply(gradient, gradient));
            squares = TSimd.MultiplyAdd(TSimd.Broadcast(_rho), TSimd.Load(first), squares);
            TSimd.Store(first, squares);
            TVec root = TSimd.SquareRoot(TSimd.Add(squares, TSimd.Broadcast(_epsilon)));
            return TSimd.Subtract(weights, TSimd.Divide(TSimd.Multiply(TSimd.Broadcast(_rate), gradient), root));
        }
    }
}
