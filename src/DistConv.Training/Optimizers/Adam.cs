using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980) as Keras defines it: α = η √(1 − β₂ᵗ) / (1 − β₁ᵗ), m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂),
/// w ← w − m α / (√v + ε). Both averages are fused; βᵗ are running products in double, kept in snapshots. AdamW (Loshchilov and Hutter 2019,
/// arXiv:1711.05101) first takes its decoupled weight decay, of every parameter that is decayed: w ← fma(−(η λ), w, w).
/// </summary>
internal sealed unsafe class Adam(OptimizerSpec spec) : RuleOptimizer<Adam.Rule>("first_moment", "second_moment")
{
    private double _beta1Power = 1, _beta2Power = 1;

    public override IReadOnlyDictionary<string, double> Scalars =>
        new Dictionary<string, double> { ["beta1_power"] = _beta1Power, ["beta2_power"] = _beta2Power };

    public override void Restore(IReadOnlyDictionary<string, double> scalars)
    {
        ArgumentNullException.ThrowIfNull(scalars);
        _beta1Power = scalars["beta1_power"];
        _beta2Power = scalars["beta2_power"];
    }

    protected override Rule RuleOf(float learningRate)
    {
        _beta1Power *= spec.Beta1;
        _beta2Power *= spec.Beta2;
        float alpha = (float)(learningRate * double.Sqrt(1 - _beta2Power) / (1 - _beta1Power));
        return new Rule(spec, alpha, learningRate * spec.WeightDecay);
    }

    protected override Rule WithoutDecay(Rule rule) => rule with { Shrink = 0 };

    /// <summary>The formula.</summary>
    internal readonly struct Rule(OptimizerSpec spec, float alpha, float decay) : IUpdateRule
    {
        private readonly float _alpha = alpha, _fresh1 = 1f - spec.Beta1, _fresh2 = 1f - spec.Beta2, _epsilon = spec.Epsilon;

        /// <summary>−(η λ).</summary>
        public float Shrink { get; init; } = -decay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVec Update<TSimd, TVec>(TVec weights, TVec gradient, float* first, float* second)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec m = TSimd.Load(first), v = TSimd.Load(second);
            m = TSimd.MultiplyAdd(TSimd.Subtract(gradient, m), TSimd.Broadcast(_fresh1), m);
            v = TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Multiply(gradient, gradient), v), TSimd.Broadcast(_fresh2), v);
            TSimd.Store(first, m);
            TSimd.Store(second, v);
            TVec move = TSimd.Divide(TSimd.Multiply(m, TSimd.Broadcast(_alpha)), TSimd.Add(TSimd.SquareRoot(v), TSimd.Broadcast(_epsilon)));
            TVec w = Shrink == 0 ? weights : TSimd.MultiplyAdd(TSimd.Broadcast(Shrink), weights, weights);
            return TSimd.Subtract(w, move);
        }
    }
}
