using DistConv.Core.Kernels;
using DistConv.Core.Networks;

namespace DistConv.Training.Steps;

/// <summary>Measures the norm of each layer's part of a buffer of parameters, on the caller's thread.</summary>
public sealed unsafe class LayerNormMeter
{
    private readonly KernelSet _kernels;
    private readonly (int Offset, int Length)[] _layers;

    /// <summary>A meter for the layers of a network that have parameters or state; state is not measured.</summary>
    /// <param name="network">The network; not needed any more afterwards.</param>
    public LayerNormMeter(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _kernels = network.Kernels;
        _layers =
        [
            .. network.Layers.Where(layer => layer.Tensors.Count + layer.States.Count > 0)
                .Select(layer => (layer.Tensors is [var first, ..] ? first.Offset : 0, layer.Tensors.Sum(tensor => tensor.Length))),
        ];
    }

    /// <summary>How many layers there are.</summary>
    public int Layers => _layers.Length;

    /// <summary>Measures a gradient: that of the mean over its samples. Allocates nothing.</summary>
    /// <param name="gradient">The sum over its samples.</param>
    /// <param name="norms">Two for each layer; the first of each two is overwritten.</param>
    public void MeasureGradient(ReducedGradient gradient, Span<float> norms) => Measure(gradient.Values.Pointer, gradient.Totals.Samples, norms);

    /// <summary>Measures weights. Allocates nothing.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="norms">Two for each layer; the second of each two is overwritten.</param>
    public void MeasureWeights(ReadOnlySpan<float> weights, Span<float> norms)
    {
        fixed (float* values = weights) Measure(values, 1, norms[1..]);
    }

    private void Measure(float* values, double divisor, Span<float> norms)
    {
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            (int offset, int length) = _layers[layer];
            norms[2 * layer] = (float)(GradientNorm.Compute(_kernels, values + offset, length) / divisor);
        }
    }
}
