using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// Adadelta (Zeiler 2012, arXiv:1212.5701) as Keras defines it: a ← ρ a + (1−ρ) g², Δ = −√(d + ε) / √(a + ε) · g, d ← ρ d + (1−ρ) Δ², w ← w + η Δ.
/// Running averages are <c>fma(ρ, a, (1−ρ)·(g·g))</c>, the last line is fused.
/// </summary>
internal sealed unsafe class Adadelta(OptimizerSpec spec) : RuleOptimizer<Adadelta.Rule>("accumulated_grad", "accumulated_delta")
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
            TVec rho = TSimd.Broadcast(_rho), fresh = TSimd.Broadcast(_fresh), epsilon = TSimd.Broadcast(_epsilon);
            TVec squares = TSimd.MultiplyAdd(rho, TSimd.Load(first), TSimd.Multiply(fresh, TSimd.Multiply(gradient, gradient)));
            TVec deltas = TSimd.Load(second);
            TVec ratio = TSimd.Divide(TSimd.SquareRoot(TSimd.Add(deltas, epsilon)), TSimd.SquareRoot(TSimd.Add(squares, epsilon)));
            TVec delta = TSimd.Subtract(TSimd.Zero, TSimd.Multiply(ratio, gradient));
            TSimd.Store(first, squares);
            TSimd.Store(second, TSimd.MultiplyAdd(rho, deltas, TSimd.Multiply(fresh, TSimd.Multiply(delta, delta))));
            return TSimd.MultiplyAdd(TSimd.Broadcast(_rate), delta, weights);
        }
    }
}
