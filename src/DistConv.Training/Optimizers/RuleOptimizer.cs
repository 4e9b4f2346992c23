using System.Runtime.CompilerServices;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Training.Optimizers;

/// <summary>An optimizer that is a formula over elements: this is the loop over a slice, for every formula and every instruction set.</summary>
/// <typeparam name="TRule">The formula.</typeparam>
/// <param name="slots">Names of the slots, at most two.</param>
internal abstract unsafe class RuleOptimizer<TRule>(params string[] slots) : Optimizer
    where TRule : struct, IUpdateRule
{
    private TRule _rule;
    private TRule _withoutDecay;

    public sealed override IReadOnlyList<string> Slots { get; } = slots;

    public sealed override void BeginStep(float learningRate)
    {
        _rule = RuleOf(learningRate);
        _withoutDecay = WithoutDecay(_rule);
    }

    public sealed override void Update(KernelSet kernels, in UpdateSlice slice)
    {
        var action = new Loop
        {
            Rule = slice.IsDecayed ? _rule : _withoutDecay,
            Weights = slice.Weights,
            Gradient = slice.Gradient,
            First = Slots.Count > 0 ? slice.Slot(0) : null,
            Second = Slots.Count > 1 ? slice.Slot(1) : null,
            Divisor = slice.Divisor,
            Length = slice.Length,
        };
        kernels.Run(ref action);
    }

    /// <summary>The formula of the next step.</summary>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <returns>The formula with its settings.</returns>
    protected abstract TRule RuleOf(float learningRate);

    /// <summary>The same formula without weight decay.</summary>
    /// <param name="rule">What <see cref="RuleOf"/> gave.</param>
    /// <returns>The same, unless the optimizer has a weight decay.</returns>
    protected virtual TRule WithoutDecay(TRule rule) => rule;

    private struct Loop : ISimdAction
    {
        public TRule Rule;
        public float* Weights;
        public float* Gradient;
        public float* First;
        public float* Second;
        public float Divisor;
        public int Length;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Run<ScalarSimd, float>(Run<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Run<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TRule rule = Rule;
            TVec divisor = TSimd.Broadcast(Divisor);
            float* weights = Weights, gradient = Gradient, first = First, second = Second;
            for (int last = Length - TSimd.Lanes; i <= last; i += TSimd.Lanes)
            {
                TVec mean = TSimd.Divide(TSimd.Load(gradient + i), divisor);
                TSimd.Store(weights + i, rule.Update<TSimd, TVec>(TSimd.Load(weights + i), mean, first + i, second + i));
            }

            return i;
        }
    }
}
