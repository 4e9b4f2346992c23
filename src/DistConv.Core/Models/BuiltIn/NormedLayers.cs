using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.BuiltIn;

/// <summary>
/// Layers of networks with batch normalisation. Their convolutions have no bias, which β would double, and start as He et al. 2015 (arXiv:1502.01852) propose
/// for ReLU. The moving averages keep 0.9 of themselves at a step, as in PyTorch and in the paper's code, instead of Keras's 0.99: after 50 steps they
/// describe the network as it is.
/// </summary>
internal static class NormedLayers
{
    /// <summary>The number of classes before the data says it.</summary>
    private const int Classes = 10;

    private const double Momentum = 0.9, Epsilon = 1e-5;

    /// <summary>He et al.'s initialiser.</summary>
    public static InitializerSpec He { get; } = new("he_normal");

    /// <summary>A convolution without a bias or an activation, with padding.</summary>
    public static Conv2DSpec Convolution(string name, int filters, int kernel, int stride = 1) =>
        new(name, filters, kernel, kernel, stride, stride, Padding.Same, Activation.Linear, He, InitializerRules.DefaultBias, UseBias: false);

    /// <summary>Batch normalisation with γ and β.</summary>
    public static BatchNormSpec Norm(string name) => new(name) { Momentum = Momentum, Epsilon = Epsilon };

    /// <summary>The layer at the end: a unit a class.</summary>
    public static DenseSpec Softmax(string name) =>
        new(name, Classes, Activation.Softmax, InitializerRules.DefaultKernel, InitializerRules.DefaultBias);
}
