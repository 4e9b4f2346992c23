using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// Adadelta (Zeiler 2012, arXiv:1212.5701) as Keras defines it: a ← ρ a + (1−ρ) g², Δ = −√(d + ε) / √(a + ε) · g, d ← ρ d + (1−ρ) Δ², w ← w + η Δ.
/// Running averages are <c>fma(ρ, a, (1−ρ)·(g·g))</c>, the last line is fused.
/// </summary>
internal sealed unsafe class Adadelta(OptimizerSpec spec) : Optimizer
{
    public override IReadOnlyList<string> Slots { get; } = ["accumulated_grad", "accumulated_delta"];

    public override void Update(KernelSet kernels, in UpdateSlice slice)
    {
        var action = new Loop
        {
            Weights = slice.Weights,
            Gradient = slice.Gradient,
            Squares = slice.Slot(0),
            Deltas = slice.Slot(1),
            Divisor = slice.Divisor,
            Length = slice.Length,
            LearningRate = LearningRate,
            Settings = spec,
        };
        kernels.Run(ref action);
    }

    private struct Loop : ISimdAction
    {
        public float* Weights;
        public float* Gradient;
        public float* Squares;
        public float* Deltas;
        public float Divisor;
        public int Length;
        public float LearningRate;
        public OptimizerSpec Settings;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Run<ScalarSimd, float>(Run<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Run<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec divisor = TSimd.Broadcast(Divisor), rate = TSimd.Broadcast(LearningRate), epsilon = TSimd.Broadcast(Settings.Epsilon);
            TVec rho = TSimd.Broadcast(Settings.Rho), fresh = TSimd.Broadcast(1f - Settings.Rho);
            for (; i <= Length - TSimd.Lanes; i += TSimd.Lanes)
            {
                TVec g = TSimd.Divide(TSimd.Load(Gradient + i), divisor);
                TVec squares = TSimd.MultiplyAdd(rho, TSimd.Load(Squares + i), TSimd.Multiply(fresh, TSimd.Multiply(g, g)));
                TVec deltas = TSimd.Load(Deltas + i);
                TVec ratio = TSimd.Divide(TSimd.SquareRoot(TSimd.Add(deltas, epsilon)), TSimd.SquareRoot(TSimd.Add(squares, epsilon)));
                TVec delta = TSimd.Subtract(TSimd.Zero, TSimd.Multiply(ratio, g));
                TSimd.Store(Squares + i, squares);
                TSimd.Store(Deltas + i, TSimd.MultiplyAdd(rho, deltas, TSimd.Multiply(fresh, TSimd.Multiply(delta, delta))));
                TSimd.Store(Weights + i, TSimd.MultiplyAdd(rate, delta, TSimd.Load(Weights + i)));
            }

            return i;
        }
    }
}
