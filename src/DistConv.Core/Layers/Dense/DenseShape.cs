using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Dense;

/// <summary>The geometry of a dense layer of one sample: <c>y[o] = b[o] + Σ x[i] · w[i, o]</c>, weights <c>[In, Out]</c>.</summary>
/// <remarks>Sizes are not checked here: a model's are checked once by <see cref="Models.ModelSpec.Infer"/>, within which nothing here overflows.</remarks>
/// <param name="In">Input values, at least 1.</param>
/// <param name="Out">Output values (units), at least 1.</param>
public readonly record struct DenseShape(int In, int Out)
{
    /// <summary>Values that one output adds up: <see cref="In"/>.</summary>
    public int FanIn => In;

    /// <summary>Keras's fan out: <see cref="Out"/>.</summary>
    public int FanOut => Out;

    /// <summary>Number of weights: <c>In·Out</c>.</summary>
    public int KernelSize => checked(In * Out);

    /// <summary>Values of one input sample.</summary>
    public int InputSize => In;

    /// <summary>Values of one output sample.</summary>
    public int OutputSize => Out;

    /// <summary>Multiply-adds of one sample's forward pass. Each gradient (weights, input) has as many.</summary>
    public long MultiplyAdds => (long)In * Out;

    /// <summary>Shape of one input sample.</summary>
    public TensorShape Input => TensorShape.Flat(In);

    /// <summary>Shape of one output sample.</summary>
    public TensorShape Output => TensorShape.Flat(Out);
}
