using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// The geometry of a convolution of one sample: activations NHWC, weights HWIO (<c>[KH, KW, InC / Groups, OutC]</c>). It is a cross-correlation, as in
/// Keras: <c>y[oh, ow, oc] = b[oc] + Σ x[oh·StrideH + kh·DilationH − PadTop, ow·StrideW + kw·DilationW − PadLeft, g·GroupInC + ic] · w[kh, kw, ic, oc]</c>,
/// where the sum is over (kh, kw, ic &lt; GroupInC) and g = ⌊oc / GroupOutC⌋ is the filter's group; there is one group if nothing else is said.
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
/// <param name="DilationH">Rows from one tap to the next, at least 1; 1 where StrideH or StrideW is larger than 1.</param>
/// <param name="DilationW">Columns from one tap to the next, likewise.</param>
/// <param name="Groups">Into how many parts, which know nothing of each other, input and output channels fall; divides both.</param>
public readonly record struct Conv2DShape(
    int InH, int InW, int InC, int KH, int KW, int OutC, int StrideH = 1, int StrideW = 1, Padding Padding = Padding.Valid,
    int DilationH = 1, int DilationW = 1, int Groups = 1)
{
    /// <summary>Rows from a window's first tap to its last.</summary>
    public int ExtentH => checked(((KH - 1) * DilationH) + 1);

    /// <summary>Columns from a window's first tap to its last.</summary>
    public int ExtentW => checked(((KW - 1) * DilationW) + 1);

    /// <summary>Input channels of a group.</summary>
    public int GroupInC => InC / Groups;

    /// <summary>Output channels of a group.</summary>
    public int GroupOutC => OutC / Groups;

    /// <summary>Whether taps are further apart than neighbours are.</summary>
    public bool IsDilated => ExtentH > KH || ExtentW > KW;

    /// <summary>Output rows; 0 if a valid kernel is larger than its input.</summary>
    public int OutH => SlidingWindow.Outputs(InH, ExtentH, StrideH, Padding);

    /// <summary>Output columns; 0 if a valid kernel is larger than its input.</summary>
    public int OutW => SlidingWindow.Outputs(InW, ExtentW, StrideW, Padding);

    /// <summary>Padding rows above the first input row; the odd one of an odd total is below the last.</summary>
    public int PadTop => SlidingWindow.PadBefore(InH, ExtentH, StrideH, Padding);

    /// <summary>Padding columns left of the first input column; the odd one of an odd total is right of the last.</summary>
    public int PadLeft => SlidingWindow.PadBefore(InW, ExtentW, StrideW, Padding);

    /// <summary>Values that one output adds up: <c>KH·KW·GroupInC</c>.</summary>
    public int FanIn => checked(KH * KW * GroupInC);

    /// <summary>Keras's fan out: <c>KH·KW·OutC</c>.</summary>
    public int FanOut => checked(KH * KW * OutC);

    /// <summary>Number of weights: <c>KH·KW·GroupInC·OutC</c>.</summary>
    public int KernelSize => checked(FanIn * OutC);

    /// <summary>Values of one input sample.</summary>
    public int InputSize => checked(InH * InW * InC);

    /// <summary>Values of one output sample.</summary>
    public int OutputSize => checked(OutH * OutW * OutC);

    /// <summary>Multiply-adds of one sample's forward pass; taps that fall on padding do not count. Each gradient (weights, input) has as many.</summary>
    public long MultiplyAdds => checked(
        SlidingWindow.Taps(InH, KH, StrideH, Padding, DilationH) * SlidingWindow.Taps(InW, KW, StrideW, Padding, DilationW) * GroupInC * OutC);

    /// <summary>Shape of one input sample.</summary>
    public TensorShape Input => new(InH, InW, InC);

    /// <summary>Shape of one output sample.</summary>
    public TensorShape Output => new(OutH, OutW, OutC);
}
