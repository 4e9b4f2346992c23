namespace DistConv.Training.Records;

/// <summary>Norms (√ Σ x²) of the layers that have parameters, kernel and bias together, in layer order.</summary>
/// <param name="Gradient">Of the step's gradient: the mean over its samples, before clipping.</param>
/// <param name="Weights">Of the weights on which the step was computed.</param>
public sealed record LayerNorms(IReadOnlyList<float> Gradient, IReadOnlyList<float> Weights);
