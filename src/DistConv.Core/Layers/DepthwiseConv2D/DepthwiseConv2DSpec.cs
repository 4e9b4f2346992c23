using DistConv.Core.Initializers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.DepthwiseConv2D;

/// <summary>
/// A convolution of each channel by itself, as Keras's DepthwiseConv2D: <c>y[oh, ow, c·mult + m] = b[c·mult + m] + Σ x[oh·sH + kh·dH − padTop,
/// ow·sW + kw·dW − padLeft, c] · w[kh, kw, c, m]</c>. It is a convolution with as many groups as input channels (see <see cref="Conv2DShape"/>).
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="KernelH">Kernel rows, 1 to 65,536.</param>
/// <param name="KernelW">Kernel columns, 1 to 65,536.</param>
/// <param name="StrideH">Rows from one window to the next, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="StrideW">Columns from one window to the next, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="Padding">Treatment of the border; valid by default in JSON.</param>
/// <param name="DepthMultiplier">Outputs of each channel, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="Activation">Linear (the default in JSON) or relu.</param>
/// <param name="DepthwiseInitializer">Values of the weights before training; glorot_uniform by default in JSON.</param>
/// <param name="BiasInitializer">Values of the biases before training; zeros by default in JSON.</param>
/// <param name="UseBias">Whether there is a bias for each output channel.</param>
public sealed record DepthwiseConv2DSpec(
    string Name, int KernelH, int KernelW, int StrideH, int StrideW, Padding Padding, int DepthMultiplier, Activation Activation,
    InitializerSpec DepthwiseInitializer, InitializerSpec BiasInitializer, bool UseBias = true) : LayerSpec(Name), IConvolution
{
    /// <summary>Rows from one tap of a window to the next, 1 to 65,536; 1 by default in JSON, and with strides above 1.</summary>
    public int DilationH { get; init; } = 1;

    /// <summary>Columns from one tap of a window to the next, likewise.</summary>
    public int DilationW { get; init; } = 1;

    /// <inheritdoc/>
    public override LayerType Kind => DepthwiseConv2DType.Instance;

    /// <inheritdoc/>
    public ConvolutionWindow Window => new(KernelH, KernelW, StrideH, StrideW, DilationH, DilationW, Padding);

    /// <inheritdoc/>
    public string KernelRole => TensorPlan.DepthwiseKernel;

    /// <inheritdoc/>
    public Conv2DSpec AsConvolution(TensorShape input) => new(
        Name, input.Channels * DepthMultiplier, KernelH, KernelW, StrideH, StrideW, Padding, Activation, DepthwiseInitializer, BiasInitializer, UseBias)
    {
        DilationH = DilationH,
        DilationW = DilationW,
        Groups = input.Channels,
    };
}
