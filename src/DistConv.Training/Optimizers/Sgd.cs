using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as Keras defines it. Without momentum: w ← w − η g. With it: v ← μ v − η g, w ← w + v; Nesterov: w ← w + (μ v − η g) with
/// the new v. Each line's product is fused with its sum: <c>v = fma(μ, v, −(η·g))</c>. Weight decay is PyTorch's, an L2 penalty on every parameter that
/// is decayed: g ← fma(λ, w, g) before anything else.
/// </summary>
internal sealed unsafe class Sgd(OptimizerSpec spec) : RuleOptimizer<Sgd.Rule>(spec.Momentum == 0 ? [] : ["momentum"])
{
    protected override Rule RuleOf(float learningRate) => new(spec, learningRate);

    protected override Rule WithoutDecay(Rule rule) => rule with { Decay = 0 };

    /// <summary>The formula.</summary>
    internal readonly struct Rule(OptimizerSpec spec, float learningRate) : IUpdateRule
    {
        private readonly float _rate = learningRate, _momentum = spec.Momentum;
        private readonly bool _nesterov = spec.Nesterov;

        /// <summary>λ.</summary>
        public float Decay { get; init; } = spec.WeightDecay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVec Update<TSimd, TVec>(TVec weights, TVec gradient, float* first, float* second)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec g = Decay == 0 ? gradient : TSimd.MultiplyAdd(TSimd.Broadcast(Decay), weights, gradient);
            TVec move = TSimd.Subtract(TSimd.Zero, TSimd.Multiply(TSimd.Broadcast(_rate), g));
            if (_momentum != 0)
            {
                TVec momentum = TSimd.Broadcast(_momentum), velocity = TSimd.MultiplyAdd(momentum, TSimd.Load(first), move);
                TSimd.Store(first, velocity);
                move = _nesterov ? TSimd.MultiplyAdd(momentum, velocity, move) : velocity;
            }

            return TSimd.Add(weights, move);
        }
    }
}
