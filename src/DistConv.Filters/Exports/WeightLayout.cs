namespace DistConv.Filters.Exports;

/// <summary>The order of a file's weights.</summary>
public enum WeightLayout
{
    /// <summary>As DistConv keeps them: convolutions [kH, kW, inC, outC], dense layers [in, out] on NHWC activations. Names: conv1/kernel,
    /// conv1/bias.</summary>
    Keras,

    /// <summary>
    /// Convolutions [outC, inC, kH, kW], dense layers [out, in] on NCHW activations: the columns behind a flatten layer are in CHW order. Names: conv1.weight,
    /// conv1.bias.
    /// </summary>
    PyTorch,
}
