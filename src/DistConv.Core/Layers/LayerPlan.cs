using DistConv.Core.Initializers;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers;

/// <summary>A tensor of a layer: one that training learns, or, with <see cref="IsState"/>, one that it only keeps.</summary>
/// <param name="Role">"kernel", "bias": the last part of its name.</param>
/// <param name="Shape">Its sizes, the innermost last.</param>
/// <param name="Initializer">Its values before training.</param>
/// <param name="FanIn">For the initialiser: inputs of a unit.</param>
/// <param name="FanOut">For the initialiser: units that an input reaches.</param>
public sealed record TensorPlan(string Role, IReadOnlyList<int> Shape, InitializerSpec Initializer, int FanIn, int FanOut)
{
    /// <summary>The role of weights.</summary>
    public const string Kernel = "kernel";

    /// <summary>The role of weights that belong to one input channel each, in a layer that has others, too.</summary>
    public const string DepthwiseKernel = "depthwise_kernel";

    /// <summary>The role of weights of a convolution of 1 × 1 behind those of single channels.</summary>
    public const string PointwiseKernel = "pointwise_kernel";

    /// <summary>The role of biases.</summary>
    public const string Bias = "bias";

    /// <summary>The role of the factors behind a normalisation.</summary>
    public const string Gamma = "gamma";

    /// <summary>The role of what is added behind a normalisation.</summary>
    public const string Beta = "beta";

    /// <summary>The role of a moving average of means.</summary>
    public const string MovingMean = "moving_mean";

    /// <summary>The role of a moving average of variances.</summary>
    public const string MovingVariance = "moving_variance";

    /// <summary>The role of means of the data.</summary>
    public const string Mean = "mean";

    /// <summary>The role of variances of the data.</summary>
    public const string Variance = "variance";

    /// <summary>The role of the number of values that means and variances were taken over: no layer computes with it, and a file need not have it.</summary>
    public const string Count = "count";

    /// <summary>Whether it is state: a moving average, which the steps leave behind, numbers of the data, or what its layer would learn if it were not frozen.
    /// It has no gradient.</summary>
    public bool IsState { get; init; }

    /// <summary>Whether it is state only because its layer is frozen.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether the optimizer's weight decay applies to it.</summary>
    public bool IsDecayed { get; init; } = true;

    /// <summary>The penalty on it; null: none.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>What it is brought back to after each update; null: nothing.</summary>
    public WeightConstraint? Constraint { get; init; }

    /// <summary>Whether it has weights of products: a kernel of any kind.</summary>
    public bool IsKernel => Role is Kernel or DepthwiseKernel or PointwiseKernel;

    /// <summary>Number of values.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Kernels of single channels, [kH, kW, inC, mult]: w[kh, kw, c, m] makes output channel c·mult + m. Fans are those that Keras computes for any
    /// tensor of four dimensions (keras/src/initializers/random_initializers.py, compute_fans).</summary>
    /// <param name="kernelH">Rows.</param>
    /// <param name="kernelW">Columns.</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="multiplier">Outputs of each channel.</param>
    /// <param name="initializer">Values before training.</param>
    /// <returns>The tensor.</returns>
    public static TensorPlan DepthwiseOf(int kernelH, int kernelW, int channels, int multiplier, InitializerSpec initializer) => new(
        DepthwiseKernel, [kernelH, kernelW, channels, multiplier], initializer, checked(kernelH * kernelW * channels),
        checked(kernelH * kernelW * multiplier));

    /// <summary>A bias of so many values. As Keras computes fans of a vector, both are its length.</summary>
    /// <param name="length">How many.</param>
    /// <param name="initializer">Its values before training.</param>
    /// <returns>The tensor.</returns>
    public static TensorPlan BiasOf(int length, InitializerSpec initializer) => new(Bias, [length], initializer, length, length);
}

/// <summary>What a layer's shape rule gives.</summary>
/// <param name="Output">Shape of one output sample.</param>
/// <param name="Tensors">What it learns, then its state, in order; a tensor's place decides its random draws.</param>
/// <param name="MultiplyAddsForward">See <see cref="LayerPlan.MultiplyAddsForward"/>.</param>
internal readonly record struct LayerShapes(TensorShape Output, IReadOnlyList<TensorPlan> Tensors, long MultiplyAddsForward)
{
    /// <summary>A layer that learns nothing.</summary>
    public LayerShapes(TensorShape output)
        : this(output, [], 0)
    {
    }
}

/// <summary>A layer in its place: what goes in, what comes out, what it costs.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">Shapes of one sample of each input, at least one.</param>
/// <param name="Sources">Where the inputs come from: numbers of layers in the plan, or −1 for the model's input.</param>
/// <param name="Output">Shape of one output sample.</param>
/// <param name="Tensors">What it learns, then its state, in order.</param>
/// <param name="MultiplyAddsForward">Multiply-adds of one sample forward, taps on padding left out; 0 for a layer without weights (nothing elementwise
/// counts).</param>
/// <param name="NeedsInputGradient">Whether the gradient with respect to the inputs is computed: only if a layer that they depend on learns.</param>
public sealed record LayerPlan(
    LayerSpec Layer,
    IReadOnlyList<TensorShape> Inputs,
    IReadOnlyList<int> Sources,
    TensorShape Output,
    IReadOnlyList<TensorPlan> Tensors,
    long MultiplyAddsForward,
    bool NeedsInputGradient)
{
    /// <summary>Whether it makes the model's output, which goes into the loss: the last layer, or before layers that only change its shape the softmax or
    /// sigmoid.</summary>
    public bool IsOutput { get; init; }

    /// <summary>Shape of one sample of the first input: of the only one, unless the layer merges several.</summary>
    public TensorShape Input => Inputs[0];

    /// <summary>Number of weights; 0 for a layer that learns nothing.</summary>
    public long KernelParameters => Tensors.Where(tensor => tensor.IsKernel).Sum(tensor => tensor.Length);

    /// <summary>Number of biases.</summary>
    public long BiasParameters => Tensors.FirstOrDefault(tensor => tensor.Role == TensorPlan.Bias)?.Length ?? 0;

    /// <summary>Values of all tensors that are learnt; 0 if the layer is frozen.</summary>
    public long Parameters => Tensors.Where(tensor => !tensor.IsState).Sum(tensor => tensor.Length);

    /// <summary>Values of all tensors that are learnt, or would be if the layer were not frozen.</summary>
    public long Weights => Tensors.Where(tensor => !tensor.IsState || tensor.IsFrozen).Sum(tensor => tensor.Length);

    /// <summary>Values of all tensors that are state: they are not trained.</summary>
    public long StateValues => Tensors.Where(tensor => tensor.IsState).Sum(tensor => tensor.Length);

    /// <summary>
    /// Floating-point operations of one sample of a training step: 2 × multiply-adds × (forward + weight gradient unless frozen + input gradient where
    /// needed).
    /// </summary>
    public double TrainingFlops => 2.0 * MultiplyAddsForward * (1 + (Layer.IsTrainable ? 1 : 0) + (NeedsInputGradient ? 1 : 0));
}
