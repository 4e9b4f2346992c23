using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Training.Specification;

namespace DistConv.Training.Optimizers;

/// <summary>
/// RMSprop (Tieleman and Hinton 2012, Coursera lecture 6.5) as Keras defines it, neither centred nor with momentum: v ← ρ v + (1−ρ) g², w ← w − η g / √(v + ε).
/// The running average is <c>fma(ρ, v, (1−ρ)·(g·g))</c>. (PyTorch has ε outside of the root.)
/// </summary>
internal sealed unsafe class RmsProp(OptimizerSpec spec) : Optimizer
{
    public override IReadOnlyList<string> Slots { get; } = ["velocity"];

    public override void Update(KernelSet kernels, in UpdateSlice slice)
    {
        var action = new Loop
        {
            Weights = slice.Weights,
            Gradient = slice.Gradient,
            Squares = slice.Slot(0),
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
                TSimd.Store(Squares + i, squares);
                TVec move = TSimd.Divide(TSimd.Multiply(rate, g), TSimd.SquareRoot(TSimd.Add(squares, epsilon)));
                TSimd.Store(Weights + i, TSimd.Subtract(TSimd.Load(Weights + i), move));
            }

            return i;
        }
    }
}
