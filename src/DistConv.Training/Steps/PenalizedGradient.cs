using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Rules;
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

    private static readonly Regularizer _none = new(0, 0);

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
                _slices.Add(new Slice(tensor.Offset + offset, int.Min(SliceLength, tensor.Length - offset), tensor.Plan.Regularizer ?? _none));
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
        float* sums = _sums.Pointer + slice.First;
        _kernels.AddPenaltyGradient(slice.Regularizer, _samples, _weights + slice.First, _gradient + slice.First, sums, slice.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();

    private readonly record struct Slice(int First, int Length, Regularizer Regularizer);
}
