namespace DistConv.Core.Layers.Rules;

/// <summary>A penalty <c>λ₁ Σ |w| + λ₂ Σ w²</c> on the weights of a tensor, or on what a layer gives, as Keras's L1, L2 and L1L2.</summary>
/// <param name="L1">λ₁, at least 0.</param>
/// <param name="L2">λ₂, at least 0.</param>
public sealed record Regularizer(float L1, float L2)
{
    /// <summary>The penalty of some values: a chain in double of |w| and one of w² in their order, then λ₁ Σ |w| + λ₂ Σ w² (docs/numerics.md, rule
    /// 15).</summary>
    /// <param name="values">The values.</param>
    /// <returns>At least 0.</returns>
    public double Of(ReadOnlySpan<float> values)
    {
        double magnitudes = 0, squares = 0;
        foreach (float value in values)
        {
            magnitudes += Math.Abs(value);
            squares += (double)value * value;
        }

        return (L1 * magnitudes) + (L2 * squares);
    }

    /// <summary>What is wrong with it.</summary>
    /// <returns>Words behind the name of the setting; null: nothing.</returns>
    internal string? FindProblem() => (L1, L2) switch
    {
        ( < 0 or float.NaN or float.PositiveInfinity, _) => $"l1 must be a number of at least 0; it is {L1}",
        (_, < 0 or float.NaN or float.PositiveInfinity) => $"l2 must be a number of at least 0; it is {L2}",
        _ => null,
    };
}
