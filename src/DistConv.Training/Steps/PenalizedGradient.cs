using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>
/// The sum of a step with the gradients of the penalties on weights (docs/numerics.md, rule 15): <c>s ← fma(2 λ₂ n, w, s)</c>, then
/// <c>s ← s + λ₁ n sign(w)</c>, with both factors rounded once. In memory of its own, since a sum may be applied by several replicas.
/// </summary>
internal sealed unsafe class PenalizedGradient : IParallelWork, IDisposable
{
    private const int SliceLength = 16384;

    private readonly KernelSet _kernels;
    private readonly float* _weights;
    private readonly FloatBuffer _sums;
    private readonly List<Slice> _slices = [];
    private float* _gradient;
    private int _samples;

    /// <summary>Memory for the sums.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    public PenalizedGradient(Network network, FloatBuffer weights)
    {
        _kernels = network.Kernels;
        _weights = weights.Pointer;
        _sums = new FloatBuffer(network.ParameterCount);
        foreach (ParameterTensor tensor in network.Parameters)
        {
            for (int offset = 0; offset < tensor.Length; offset += SliceLength)
            {
                _slices.Add(new Slice(
                    tensor.Offset + offset, int.Min(SliceLength, tensor.Length - offset), tensor.Plan.Regularizer?.L1 ?? 0, tensor.Plan.Regularizer?.L2 ?? 0));
            }
        }
    }

    /// <summary>Whether a network has penalties.</summary>
    public static bool IsNeeded(IEnumerable<TensorPlan> tensors) => tensors.Any(tensor => tensor.Regularizer is not null);

    /// <summary>Computes it. Only from within a job of the pool.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="gradient">The sum over the step's samples; it is not changed.</param>
    /// <param name="samples">How many these are.</param>
    /// <returns>The sum with the penalties, until the next call.</returns>
    public float* Compute(ComputePool pool, float* gradient, int samples)
    {
        _gradient = gradient;
        _samples = samples;
        pool.For(_slices.Count, this);
        return _sums.Pointer;
    }

    /// <inheritdoc/>
    public void Run(int unit, int thread)
    {
        Slice slice = _slices[unit];
        var loop = new Loop
        {
            Weights = _weights + slice.First,
            Gradient = _gradient + slice.First,
            Sums = _sums.Pointer + slice.First,
            Length = slice.Length,
            OfSquares = (float)(2.0 * slice.L2 * _samples),
            OfMagnitudes = (float)((double)slice.L1 * _samples),
        };
        _kernels.Run(ref loop);
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();

    private readonly record struct Slice(int First, int Length, float L1, float L2);

    private struct Loop : ISimdAction
    {
        public float* Weights;
        public float* Gradient;
        public float* Sums;
        public int Length;
        public float OfSquares;
        public float OfMagnitudes;

        public readonly void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct => Run<ScalarSimd, float>(Run<TSimd, TVec>(0));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Run<TSimd, TVec>(int i)
            where TSimd : struct, ISimd<TVec>
            where TVec : struct
        {
            TVec squares = TSimd.Broadcast(OfSquares), up = TSimd.Broadcast(OfMagnitudes), down = TSimd.Broadcast(-OfMagnitudes), zero = TSimd.Zero;
            for (int last = Length - TSimd.Lanes; i <= last; i += TSimd.Lanes)
            {
                TVec w = TSimd.Load(Weights + i), sum = TSimd.Load(Gradient + i);
                if (OfSquares != 0) sum = TSimd.MultiplyAdd(squares, w, sum);
                if (OfMagnitudes != 0) sum = TSimd.Add(sum, TSimd.SelectGreater(w, zero, up, TSimd.SelectGreater(zero, w, down, zero)));
                TSimd.Store(Sums + i, sum);
            }

            return i;
        }
    }
}
