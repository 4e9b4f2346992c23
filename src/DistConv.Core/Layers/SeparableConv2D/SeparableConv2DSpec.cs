using DistConv.Core.Initializers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.SeparableConv2D;

/// <summary>
/// A convolution in two steps, as Keras's SeparableConv2D: one of each channel by itself, without bias or activation, then one of 1 × 1 over all of the
/// channels that this gives.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Filters">Output channels, 1 to 65,536.</param>
/// <param name="KernelH">Rows of the channels' own kernels, 1 to 65,536.</param>
/// <param name="KernelW">Their columns, 1 to 65,536.</param>
/// <param name="StrideH">Rows from one window to the next, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="StrideW">Columns from one window to the next, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="Padding">Treatment of the border; valid by default in JSON.</param>
/// <param name="DepthMultiplier">Outputs of each channel in the first step, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="Activation">Linear (the default in JSON) or relu.</param>
/// <param name="DepthwiseInitializer">Values of the channels' own kernels before training; glorot_uniform by default in JSON.</param>
/// <param name="PointwiseInitializer">Values of the kernel of 1 × 1 before training; glorot_uniform by default in JSON.</param>
/// <param name="BiasInitializer">Values of the biases before training; zeros by default in JSON.</param>
/// <param name="UseBias">Whether there is a bias for each filter.</param>
public sealed record SeparableConv2DSpec(
    string Name, int Filters, int KernelH, int KernelW, int StrideH, int StrideW, Padding Padding, int DepthMultiplier, Activation Activation,
    InitializerSpec DepthwiseInitializer, InitializerSpec PointwiseInitializer, InitializerSpec BiasInitializer, bool UseBias = true)
    : LayerSpec(Name), IConvolution
{
    /// <summary>Rows from one tap of a window to the next, 1 to 65,536; 1 by default in JSON, and with strides above 1.</summary>
    public int DilationH { get; init; } = 1;

    /// <summary>Columns from one tap of a window to the next, likewise.</summary>
    public int DilationW { get; init; } = 1;

    /// <inheritdoc/>
    public override LayerType Kind => SeparableConv2DType.Instance;

    /// <inheritdoc/>
    public ConvolutionWindow Window => new(KernelH, KernelW, StrideH, StrideW, DilationH, DilationW, Padding);

    /// <inheritdoc/>
    public string KernelRole => TensorPlan.DepthwiseKernel;

    /// <summary>The first step.</summary>
    /// <inheritdoc/>
    public Conv2DSpec AsConvolution(TensorShape input) => new(
        Name, input.Channels * DepthMultiplier, KernelH, KernelW, StrideH, StrideW, Padding, Activation.Linear, DepthwiseInitializer, BiasInitializer,
        UseBias: false)
    {
        DilationH = DilationH,
        DilationW = DilationW,
        Groups = input.Channels,
    };

    /// <inheritdoc/>
    internal override LayerSpec WithOutputs(int count) => this with { Filters = count };

    /// <summary>The geometry of the second step.</summary>
    /// <param name="middle">What the first step gives.</param>
    /// <returns>A convolution of 1 × 1.</returns>
    public Conv2DShape Pointwise(TensorShape middle) => new(middle.Height, middle.Width, middle.Channels, 1, 1, Filters);
}
