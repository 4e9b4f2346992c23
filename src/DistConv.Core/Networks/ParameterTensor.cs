namespace DistConv.Core.Networks;

/// <summary>A named view into the one buffer that holds all parameters of a network, in layer order, kernel before bias, without gaps.</summary>
/// <param name="Name">"conv1/kernel", "conv1/bias", …</param>
/// <param name="Layer">Index of the layer in the model.</param>
/// <param name="Shape">Kernel of a convolution: [kH, kW, inC, outC]; of a dense layer: [in, out]; bias: [outC] or [out].</param>
/// <param name="Offset">First float in the buffer.</param>
/// <param name="Length">Number of floats.</param>
public sealed record ParameterTensor(string Name, int Layer, IReadOnlyList<int> Shape, int Offset, int Length)
{
    /// <summary>Whether this is a kernel (and not a bias).</summary>
    public bool IsKernel => Shape.Count > 1;
}
