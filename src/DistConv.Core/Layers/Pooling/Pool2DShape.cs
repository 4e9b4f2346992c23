using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Pooling;

/// <summary>The geometry of a pooling layer on one sample (NHWC). Every window holds at least one value; padding never takes part in a maximum or an
/// average.</summary>
/// <remarks>Sizes are not checked here: a model's are checked once by <see cref="Models.ModelSpec.Infer"/>, within which nothing here overflows.</remarks>
/// <param name="InH">Input rows, at least 1.</param>
/// <param name="InW">Input columns, at least 1.</param>
/// <param name="Channels">Channels of input and output, at least 1.</param>
/// <param name="PoolH">Window rows, at least 1.</param>
/// <param name="PoolW">Window columns, at least 1.</param>
/// <param name="StrideH">Rows from one window to the next, at least 1.</param>
/// <param name="StrideW">Columns from one window to the next, at least 1.</param>
/// <param name="Padding">Treatment of the border.</param>
public readonly record struct Pool2DShape(
    int InH, int InW, int Channels, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding = Padding.Valid)
{
    /// <summary>Output rows; 0 if a valid window is larger than its input.</summary>
    public int OutH => SlidingWindow.Outputs(InH, PoolH, StrideH, Padding);

    /// <summary>Output columns; 0 if a valid window is larger than its input.</summary>
    public int OutW => SlidingWindow.Outputs(InW, PoolW, StrideW, Padding);

    /// <summary>Padding rows above the first input row; the odd one of an odd total is below the last.</summary>
    public int PadTop => SlidingWindow.PadBefore(InH, PoolH, StrideH, Padding);

    /// <summary>Padding columns left of the first input column; the odd one of an odd total is right of the last.</summary>
    public int PadLeft => SlidingWindow.PadBefore(InW, PoolW, StrideW, Padding);

    /// <summary>Values of one input sample.</summary>
    public int InputSize => checked(InH * InW * Channels);

    /// <summary>Values of one output sample.</summary>
    public int OutputSize => checked(OutH * OutW * Channels);

    /// <summary>Values that all windows of one sample look at; taps that fall on padding do not count.</summary>
    public long Taps => checked(
        SlidingWindow.Taps(InH, PoolH, StrideH, Padding) * SlidingWindow.Taps(InW, PoolW, StrideW, Padding) * Channels);

    /// <summary>Shape of one input sample.</summary>
    public TensorShape Input => new(InH, InW, Channels);

    /// <summary>Shape of one output sample.</summary>
    public TensorShape Output => new(OutH, OutW, Channels);
}
