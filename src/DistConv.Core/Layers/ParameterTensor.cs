namespace DistConv.Core.Layers;

/// <summary>A named view into the one buffer that holds all tensors of a network without gaps: first what is learnt, in layer order and, in a layer, in the
/// order of its tensors, then the state in the same order.</summary>
/// <param name="Name">"conv1/kernel", "conv1/bias", …</param>
/// <param name="Layer">The layer's place in the plan.</param>
/// <param name="Place">The tensor's place in the layer.</param>
/// <param name="Plan">Its role, its shape, its initialiser. Kernel of a convolution: [kH, kW, inC, outC]; of a dense layer: [in, out].</param>
/// <param name="Offset">First float in the buffer.</param>
public sealed record ParameterTensor(string Name, int Layer, int Place, TensorPlan Plan, int Offset)
{
    /// <summary>Its sizes, the innermost last.</summary>
    public IReadOnlyList<int> Shape => Plan.Shape;

    /// <summary>Number of floats.</summary>
    public int Length { get; } = checked((int)Plan.Length);

    /// <summary>Whether this is a kernel (and not a bias).</summary>
    public bool IsKernel => Plan.IsKernel;

    /// <summary>Its number for random draws (docs/numerics.md, rule 5): 2 × layer for the first, one more for the second.</summary>
    public int DrawNumber => (2 * Layer) + (Place % 2) + (65536 * (Place / 2));
}
