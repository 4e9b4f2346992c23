using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// The geometry of a convolution of one sample: activations NHWC, weights HWIO (<c>[KH, KW, InC, OutC]</c>). It is a cross-correlation, as in Keras:
/// <c>y[oh, ow, oc] = b[oc] + Σ x[oh·StrideH + kh − PadTop, ow·StrideW + kw − PadLeft, ic] · w[kh, kw, ic, oc]</c>.
/// </summary>
/// <remarks>Sizes are not checked here: a model's are checked once by <see cref="Models.ModelSpec.Infer"/>, within which nothing here overflows.</remarks>
/// <param name="InH">Input rows, at least 1.</param>
/// <param name="InW">Input columns, at least 1.</param>
/// <param name="InC">Input channels, at least 1.</param>
/// <param name="KH">Kernel rows, at least 1.</param>
/// <param name="KW">Kernel columns, at least 1.</param>
/// <param name="OutC">Output channels (filters), at least 1.</param>
/// <param name="StrideH">Rows from one window to the next, at least 1.</param>
/// <param name="StrideW">Columns from one window to the next, at least 1.</param>
/// <param name="Padding">Treatment of the border.</param>
public readonly record struct Conv2DShape(
    int InH, int InW, int InC, int KH, int KW, int OutC, int StrideH = 1, int StrideW = 1, Padding Padding = Padding.Valid)
{
    /// <summary>Output rows; 0 if a valid kernel is larger than its input.</summary>
    public int OutH => SlidingWindow.Outputs(InH, KH, StrideH, Padding);

    /// <summary>Output columns; 0 if a valid kernel is larger than its input.</summary>
    public int OutW => SlidingWindow.Outputs(InW, KW, StrideW, Padding);

    /// <summary>Padding rows above the first input row; the odd one of an odd total is below the last.</summary>
    public int PadTop => SlidingWindow.PadBefore(InH, KH, StrideH, Padding);

    /// <summary>Padding columns left of the first input column; the odd one of an odd total is right of the last.</summary>
    public int PadLeft => SlidingWindow.PadBefore(InW, KW, StrideW, Padding);

    /// <summary>Values that one output adds up: <c>KH·KW·InC</c>.</summary>
    public int FanIn => checked(KH * KW * InC);

    /// <summary>Keras's fan out: <c>KH·KW·OutC</c>.</summary>
    public int FanOut => checked(KH * KW * OutC);

    /// <summary>Number of weights: <c>KH·KW·InC·OutC</c>.</summary>
    public int KernelSize => checked(FanIn * OutC);

    /// <summary>Values of one input sample.</summary>
    public int InputSize => checked(InH * InW * InC);

    /// <summary>Values of one output sample.</summary>
    public int OutputSize => checked(OutH * OutW * OutC);

    /// <summary>Multiply-adds of one sample's forward pass; taps that fall on padding do not count. Each gradient (weights, input) has as many.</summary>
    public long MultiplyAdds => checked(
        SlidingWindow.Taps(InH, KH, StrideH, Padding) * SlidingWindow.Taps(InW, KW, StrideW, Padding) * InC * OutC);

    /// <summary>Shape of one input sample.</summary>
    public TensorShape Input => new(InH, InW, InC);

    /// <summary>Shape of one output sample.</summary>
    public TensorShape Output => new(OutH, OutW, OutC);
}
