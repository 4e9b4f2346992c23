namespace DistConv.Core.Layers;

/// <summary>What the values mean that a model ends in.</summary>
public enum OutputKind
{
    /// <summary>Numbers, as the last layer gives them: a model of numbers (regression).</summary>
    Values,

    /// <summary>The probabilities of the classes: <c>exp(x_c) / Σ exp(x_j)</c>, whose sum is 1.</summary>
    Softmax,

    /// <summary>Probabilities that do not depend on each other: <c>1 / (1 + e⁻ˣ)</c> of each unit. A single one is that of class 1 of two.</summary>
    Sigmoid,
}
