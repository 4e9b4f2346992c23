using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>A layer with kernels that can be looked at: a convolution, or one that does what some convolution does.</summary>
public interface IConvolution
{
    /// <summary>Which of the layer's tensors has the kernels: see <see cref="TensorPlan.Role"/>.</summary>
    string KernelRole { get; }

    /// <summary>Its windows.</summary>
    ConvolutionWindow Window { get; }

    /// <summary>The convolution whose kernels these are; its weights have the same values in the same order.</summary>
    /// <param name="input">The layer's input; not flat.</param>
    /// <returns>A convolution of the layer's name.</returns>
    Conv2DSpec AsConvolution(TensorShape input);
}
