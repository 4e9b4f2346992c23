using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent as Keras defines it. Without momentum: w ← w − η g. With it: v ← μ v − η g, w ← w + v; Nesterov: w ← w + (μ v − η g) with
/// the new v. Each line's product is fused with its sum: <c>v = fma(μ, v, −(η·g))</c>. Weight decay is PyTorch's, an L2 penalty on every parameter:
/// g ← fma(λ, w, g) before anything else.
/// </summary>
internal sealed unsafe class Sgd(OptimizerSpec spec) : Optimizer
{
    public override IReadOnlyList<string> Slots { get; } = spec.Momentum == 0 ? [] : ["momentum"];

    public override void Update(KernelSet kernels, in UpdateSlice slice)
    {
        var action = new Loop
        {
            Weights = slice.Weights,
            Gradient = slice.Gradient,
            Velocity = spec.Momentum == 0 ? null : slice.Slot(0),
            Divisor = slice.Divisor,
            Length = slice.Length,
            LearningRate = LearningRate,
            WeightDecay = spec.WeightDecay,
            Momentum = spec.Momentum,
            Nesterov = spec.Nesterov,
        };
        kernels.Run(ref action);
    }

    private struct Loop : ISimdAction
    {
        public float* Weights;
        public float* Gradient;
        public float* Velocity;
        public float Divisor;
        public int Length;
        public float LearningRate;
        public float WeightDecay;
        public float Momentum;
        public bool Nesterov;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Run<ScalarSimd, float>(Run<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Run<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec divisor = TSimd.Broadcast(Divisor), rate = TSimd.Broadcast(LearningRate), momentum = TSimd.Broadcast(Momentum);
            TVec decay = TSimd.Broadcast(WeightDecay);
            for (; i <= Length - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec w = TSimd.Load(Weights + i), g = TSimd.Divide(TSimd.Load(Gradient + i), divisor);
                if (WeightDecay != 0) g = TSimd.MultiplyAdd(decay, w, g);
                TVec move = TSimd.Subtract(TSimd.Zero, TSimd.Multiply(rate, g));
                if (Velocity != null)
                {
                    TVec v = TSimd.MultiplyAdd(momentum, TSimd.Load(Velocity + i), move);
                    TSimd.Store(Velocity + i, v);
                    move = Nesterov ? TSimd.MultiplyAdd(momentum, v, move) : v;
                }

                TSimd.Store(Weights + i, TSimd.Add(w, move));
            }

            return i;
        }
    }
}
