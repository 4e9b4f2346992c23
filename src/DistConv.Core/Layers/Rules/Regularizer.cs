namespace DistConv.Core.Layers.Rules;

/// <summary>A penalty on the weights of a tensor, <c>λ₁ Σ |w| + λ₂ Σ w²</c>, which a step adds to its loss, as Keras's L1, L2 and L1L2.</summary>
/// <param name="L1">λ₁, at least 0.</param>
/// <param name="L2">λ₂, at least 0.</param>
public sealed record Regularizer(float L1, float L2)
{
    /// <summary>What is wrong with it.</summary>
    /// <returns>Words behind the name of the setting; null: nothing.</returns>
    internal string? FindProblem() => (L1, L2) switch
    {
        ( < 0 or float.NaN or float.PositiveInfinity, _) => $"l1 must be a number of at least 0; it is {L1}",
        (_, < 0 or float.NaN or float.PositiveInfinity) => $"l2 must be a number of at least 0; it is {L2}",
        _ => null,
    };
}
