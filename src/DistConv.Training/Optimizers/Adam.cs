using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980) as Keras defines it: α = η √(1 − β₂ᵗ) / (1 − β₁ᵗ), m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂),
/// w ← w − m α / (√v + ε). Both averages are fused; βᵗ are running products in double, kept in snapshots. AdamW (Loshchilov and Hutter 2019,
/// arXiv:1711.05101) first takes its decoupled weight decay, of every parameter: w ← fma(−(η λ), w, w).
/// </summary>
internal sealed unsafe class Adam(OptimizerSpec spec) : Optimizer
{
    private double _beta1Power = 1, _beta2Power = 1;
    private float _alpha, _decay;

    public override IReadOnlyList<string> Slots { get; } = ["first_moment", "second_moment"];

    public override IReadOnlyDictionary<string, double> Scalars =>
        new Dictionary<string, double> { ["beta1_power"] = _beta1Power, ["beta2_power"] = _beta2Power };

    public override void Restore(IReadOnlyDictionary<string, double> scalars)
    {
        ArgumentNullException.ThrowIfNull(scalars);
        _beta1Power = scalars["beta1_power"];
        _beta2Power = scalars["beta2_power"];
    }

    public override void BeginStep(float learningRate)
    {
        base.BeginStep(learningRate);
        _beta1Power *= spec.Beta1;
        _beta2Power *= spec.Beta2;
        _alpha = (float)(learningRate * double.Sqrt(1 - _beta2Power) / (1 - _beta1Power));
        _decay = learningRate * spec.WeightDecay;
    }

    public override void Update(KernelSet kernels, in UpdateSlice slice)
    {
        var action = new Loop
        {
            Weights = slice.Weights,
            Gradient = slice.Gradient,
            FirstMoment = slice.Slot(0),
            SecondMoment = slice.Slot(1),
            Divisor = slice.Divisor,
            Length = slice.Length,
            Alpha = _alpha,
            Decay = _decay,
            Settings = spec,
        };
        kernels.Run(ref action);
    }

    private struct Loop : ISimdAction
    {
        public float* Weights;
        public float* Gradient;
        public float* FirstMoment;
        public float* SecondMoment;
        public float Divisor;
        public int Length;
        public float Alpha;
        public float Decay;
        public OptimizerSpec Settings;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Run<ScalarSimd, float>(Run<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Run<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec divisor = TSimd.Broadcast(Divisor), alpha = TSimd.Broadcast(Alpha), epsilon = TSimd.Broadcast(Settings.Epsilon);
            TVec fresh1 = TSimd.Broadcast(1f - Settings.Beta1), fresh2 = TSimd.Broadcast(1f - Settings.Beta2), shrink = TSimd.Broadcast(-Decay);
            for (; i <= Length - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec g = TSimd.Divide(TSimd.Load(Gradient + i), divisor);
                TVec m = TSimd.Load(FirstMoment + i), v = TSimd.Load(SecondMoment + i);
                m = TSimd.MultiplyAdd(TSimd.Subtract(g, m), fresh1, m);
                v = TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Multiply(g, g), v), fresh2, v);
                TSimd.Store(FirstMoment + i, m);
                TSimd.Store(SecondMoment + i, v);
                TVec move = TSimd.Divide(TSimd.Multiply(m, alpha), TSimd.Add(TSimd.SquareRoot(v), epsilon));
                TVec w = TSimd.Load(Weights + i);
                if (Decay != 0) w = TSimd.MultiplyAdd(shrink, w, w);
                TSimd.Store(Weights + i, TSimd.Subtract(w, move));
            }

            return i;
        }
    }
}
