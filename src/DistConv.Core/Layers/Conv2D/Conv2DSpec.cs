using DistConv.Core.Initializers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>A convolution (cross-correlation, see <see cref="Conv2DShape"/>), as Keras's Conv2D; with a dilation, as Keras 1's
/// AtrousConvolution2D.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Filters">Output channels, 1 to 65,536.</param>
/// <param name="KernelH">Kernel rows, 1 to 65,536.</param>
/// <param name="KernelW">Kernel columns, 1 to 65,536.</param>
/// <param name="StrideH">Rows from one window to the next, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="StrideW">Columns from one window to the next, 1 to 65,536; 1 by default in JSON.</param>
/// <param name="Padding">Treatment of the border; valid by default in JSON.</param>
/// <param name="Activation">Linear (the default in JSON) or relu.</param>
/// <param name="KernelInitializer">Values of the weights before training; glorot_uniform by default in JSON.</param>
/// <param name="BiasInitializer">Values of the biases before training; zeros by default in JSON.</param>
/// <param name="UseBias">Whether there is a bias for each filter.</param>
public sealed record Conv2DSpec(
    string Name, int Filters, int KernelH, int KernelW, int StrideH, int StrideW, Padding Padding, Activation Activation,
    InitializerSpec KernelInitializer, InitializerSpec BiasInitializer, bool UseBias = true) : LayerSpec(Name), IConvolution
{
    /// <inheritdoc/>
    public override LayerType Kind => Conv2DType.Instance;

    /// <summary>Rows from one tap of a window to the next, 1 to 65,536; 1 by default in JSON, and with strides above 1.</summary>
    public int DilationH { get; init; } = 1;

    /// <summary>Columns from one tap of a window to the next, likewise.</summary>
    public int DilationW { get; init; } = 1;

    /// <summary>Into how many groups the channels fall: each filter reads the input channels of its group; 1 by default in JSON.</summary>
    public int Groups { get; init; } = 1;

    /// <inheritdoc/>
    public ConvolutionWindow Window => new(KernelH, KernelW, StrideH, StrideW, DilationH, DilationW, Padding);

    /// <inheritdoc/>
    public string KernelRole => TensorPlan.Kernel;

    /// <summary>The layer itself.</summary>
    /// <inheritdoc/>
    public Conv2DSpec AsConvolution(TensorShape input) => this;

    /// <inheritdoc/>
    internal override LayerSpec WithOutputs(int count) => this with { Filters = count };

    /// <summary>The geometry on a given input.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>The convolution's shape.</returns>
    public Conv2DShape Shape(TensorShape input) => new(
        input.Height, input.Width, input.Channels, KernelH, KernelW, Filters, StrideH, StrideW, Padding, DilationH, DilationW, Groups);
}
