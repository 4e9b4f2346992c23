using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>How the windows of a convolution lie on its input.</summary>
/// <param name="KernelH">Rows of taps.</param>
/// <param name="KernelW">Columns of taps.</param>
/// <param name="StrideH">Rows from one window to the next.</param>
/// <param name="StrideW">Columns from one window to the next.</param>
/// <param name="DilationH">Rows from one tap to the next.</param>
/// <param name="DilationW">Columns from one tap to the next.</param>
/// <param name="Padding">Treatment of the border.</param>
public readonly record struct ConvolutionWindow(int KernelH, int KernelW, int StrideH, int StrideW, int DilationH, int DilationW, Padding Padding);
