namespace DistConv.Core.Layers;

/// <summary>What a convolution or dense layer applies to its sums.</summary>
public enum Activation
{
    /// <summary>Nothing. The default.</summary>
    Linear,

    /// <summary><c>x &lt; 0 ? +0 : x</c>.</summary>
    Relu,

    /// <summary><c>exp(x_i) / Σ exp(x_j)</c> over the classes: the last layer only.</summary>
    Softmax,
}
