using DistConv.Core.Initializers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>One layer as a person describes it, in Keras's vocabulary. Sizes are checked by <see cref="ModelSpec.Infer"/>, not here.</summary>
/// <param name="Name">Unique in its model: 1 to 64 letters, digits, '_', '-' or '.', the first a letter or a digit. Default in JSON: conv1, conv2, dense1
/// ….</param>
public abstract record LayerSpec(string Name)
{
    /// <summary>The layer's type as JSON spells it, for example "conv2d".</summary>
    public abstract string Type { get; }
}

/// <summary>A convolution (cross-correlation, see <see cref="Conv2DShape"/>), as Keras's Conv2D.</summary>
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
    InitializerSpec KernelInitializer, InitializerSpec BiasInitializer, bool UseBias = true) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override string Type => LayerTypes.Conv2D;

    /// <summary>The geometry on a given input.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>The convolution's shape.</returns>
    public Conv2DShape Shape(TensorShape input) => new(input.Height, input.Width, input.Channels, KernelH, KernelW, Filters, StrideH, StrideW, Padding);
}

/// <summary>A fully connected layer (see <see cref="DenseShape"/>), as Keras's Dense.</summary>
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
    public override string Type => LayerTypes.Dense;

    /// <summary>The geometry on a given input.</summary>
    /// <param name="input">The input; flat.</param>
    /// <returns>The dense layer's shape.</returns>
    public DenseShape Shape(TensorShape input) => new(input.Size, Units);
}

/// <summary>A pooling layer with a window (see <see cref="Pool2DShape"/>).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="PoolH">Window rows, 1 to 65,536; 2 by default in JSON.</param>
/// <param name="PoolW">Window columns, 1 to 65,536; 2 by default in JSON.</param>
/// <param name="StrideH">Rows from one window to the next; <paramref name="PoolH"/> by default in JSON.</param>
/// <param name="StrideW">Columns from one window to the next; <paramref name="PoolW"/> by default in JSON.</param>
/// <param name="Padding">Treatment of the border; valid by default in JSON.</param>
public abstract record Pool2DSpec(string Name, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding) : LayerSpec(Name)
{
    /// <summary>The geometry on a given input.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>The pooling layer's shape.</returns>
    public Pool2DShape Shape(TensorShape input) => new(input.Height, input.Width, input.Channels, PoolH, PoolW, StrideH, StrideW, Padding);
}

/// <summary>The largest value of each window, as Keras's MaxPooling2D.</summary>
/// <inheritdoc cref="Pool2DSpec"/>
public sealed record MaxPool2DSpec(string Name, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding = Padding.Valid)
    : Pool2DSpec(Name, PoolH, PoolW, StrideH, StrideW, Padding)
{
    /// <summary>A square window that moves by its own size.</summary>
    /// <param name="name">See <see cref="LayerSpec"/>.</param>
    /// <param name="pool">Rows and columns of the window.</param>
    public MaxPool2DSpec(string name, int pool)
        : this(name, pool, pool, pool, pool)
    {
    }

    /// <inheritdoc/>
    public override string Type => LayerTypes.MaxPool2D;
}

/// <summary>The mean of each window's values (padding does not count), as Keras's AveragePooling2D.</summary>
/// <inheritdoc cref="Pool2DSpec"/>
public sealed record AvgPool2DSpec(string Name, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding = Padding.Valid)
    : Pool2DSpec(Name, PoolH, PoolW, StrideH, StrideW, Padding)
{
    /// <summary>A square window that moves by its own size.</summary>
    /// <param name="name">See <see cref="LayerSpec"/>.</param>
    /// <param name="pool">Rows and columns of the window.</param>
    public AvgPool2DSpec(string name, int pool)
        : this(name, pool, pool, pool, pool)
    {
    }

    /// <inheritdoc/>
    public override string Type => LayerTypes.AvgPool2D;
}

/// <summary>The mean of each channel: (h, w, c) becomes (c), as Keras's GlobalAveragePooling2D.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record GlobalAvgPool2DSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override string Type => LayerTypes.GlobalAvgPool2D;
}

/// <summary>(h, w, c) becomes (h·w·c), in memory order; a flat input stays as it is.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record FlattenSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override string Type => LayerTypes.Flatten;
}

/// <summary><c>x &lt; 0 ? +0 : x</c>, element by element.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record ReluSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override string Type => LayerTypes.Relu;
}

/// <summary><c>exp(x_i) / Σ exp(x_j)</c> over the classes of a flat input: the last layer.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SoftmaxSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override string Type => LayerTypes.Softmax;
}

/// <summary>In training each value becomes 0 with probability <paramref name="Rate"/>, the others are divided by 1 − rate; nothing otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Rate">0 ≤ rate &lt; 1.</param>
public sealed record DropoutSpec(string Name, double Rate) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override string Type => LayerTypes.Dropout;
}
