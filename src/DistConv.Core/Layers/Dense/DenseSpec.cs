using DistConv.Core.Initializers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Dense;

/// <summary>A fully connected layer (see <see cref="DenseShape"/>), as Keras's Dense. On an image it is applied to the channels of each position: (h, w, c)
/// becomes (h, w, units).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Units">Output values, 1 to 65,536.</param>
/// <param name="Activation">Linear (the default in JSON), relu, or softmax in the last layer.</param>
/// <param name="KernelInitializer">Values of the weights before training; glorot_uniform by default in JSON.</param>
/// <param name="BiasInitializer">Values of the biases before training; zeros by default in JSON.</param>
/// <param name="UseBias">Whether there is a bias for each unit.</param>
public sealed record DenseSpec(
    string Name, int Units, Activation Activation, InitializerSpec KernelInitializer, InitializerSpec BiasInitializer, bool UseBias = true) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => DenseType.Instance;

    /// <inheritdoc/>
    public override OutputKind EndsAs => Activation == Activation.Softmax ? OutputKind.Softmax : OutputKind.Values;

    /// <inheritdoc/>
    internal override LayerSpec WithOutputs(int count) => this with { Units = count };

    /// <summary>The geometry on a given input: of the products at one position, if it is an image.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The dense layer's shape.</returns>
    public DenseShape Shape(TensorShape input) => new(input.Channels, Units);

    /// <summary>The geometry on an image: a convolution whose window is one position.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>The convolution's shape; its kernel has the values of ours in the same order.</returns>
    public Conv2DShape Convolution(TensorShape input) => new(input.Height, input.Width, input.Channels, 1, 1, Units);
}
