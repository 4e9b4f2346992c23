namespace DistConv.Core.Layers.Rules;

/// <summary>What a constraint asks of weights.</summary>
public enum ConstraintKind
{
    /// <summary>No norm above a maximum.</summary>
    MaxNorm,

    /// <summary>Norms between a minimum and a maximum.</summary>
    MinMaxNorm,

    /// <summary>No weight below 0.</summary>
    NonNeg,

    /// <summary>Norms of 1.</summary>
    UnitNorm,
}

/// <summary>
/// What the weights of a tensor are brought back to after each update, as Keras's constraints. A norm is <c>√ Σ w²</c> over some axes of the tensor, for each
/// place along the others.
/// </summary>
/// <param name="Kind">What it asks.</param>
public sealed record WeightConstraint(ConstraintKind Kind)
{
    /// <summary>Axes of the largest tensor.</summary>
    public const int MaxRank = 4;

    /// <summary>What a norm is divided by at least, as in Keras.</summary>
    private const double Epsilon = 1e-7;

    /// <summary>The largest norm; by default 2 for <see cref="ConstraintKind.MaxNorm"/> and 1 for <see cref="ConstraintKind.MinMaxNorm"/>.</summary>
    public float Max { get; init; }

    /// <summary>The smallest norm of <see cref="ConstraintKind.MinMaxNorm"/>.</summary>
    public float Min { get; init; }

    /// <summary>The part of the way to the wanted norm that a step of <see cref="ConstraintKind.MinMaxNorm"/> takes, 0 to 1.</summary>
    public float Rate { get; init; } = 1;

    /// <summary>The axes of a norm: bit i is axis i. By default the first.</summary>
    public int Axes { get; init; } = 1;

    /// <summary>Whether it looks at norms.</summary>
    public bool HasNorms => Kind != ConstraintKind.NonNeg;

    /// <summary>The axes of a norm in order.</summary>
    public IEnumerable<int> AxisList => Enumerable.Range(0, MaxRank).Where(axis => (Axes & (1 << axis)) != 0);

    /// <summary>What weights are multiplied by.</summary>
    /// <param name="norm">Their norm.</param>
    /// <returns>The factor, rounded once; exactly 1 where the norm is allowed.</returns>
    public float Factor(double norm)
    {
        double wanted = Kind switch
        {
            ConstraintKind.MaxNorm => norm > Max ? Max : norm,
            ConstraintKind.MinMaxNorm => norm > Max ? Toward(norm, Max) : norm < Min ? Toward(norm, Min) : norm,
            ConstraintKind.UnitNorm => 1,
            _ => throw new InvalidOperationException($"{Kind} has no norms"),
        };
        return Kind != ConstraintKind.UnitNorm && wanted == norm ? 1f : (float)(wanted / (norm + Epsilon));
    }

    /// <summary>What is wrong with it.</summary>
    /// <returns>Words behind the name of the setting; null: nothing.</returns>
    internal string? FindProblem() => this switch
    {
        { Kind: ConstraintKind.MaxNorm or ConstraintKind.MinMaxNorm, Max: not (> 0 and <= float.MaxValue) } => $"max must be a number above 0; it is {Max}",
        { Kind: ConstraintKind.MinMaxNorm, Min: not >= 0 } => $"min must be a number of at least 0; it is {Min}",
        { Kind: ConstraintKind.MinMaxNorm } when Min > Max => $"min must be at most max; they are {Min} and {Max}",
        { Kind: ConstraintKind.MinMaxNorm, Rate: not (>= 0 and <= 1) } => $"rate must be a number from 0 to 1; it is {Rate}",
        _ => null,
    };

    private double Toward(double norm, double limit) => Math.FusedMultiplyAdd(Rate, limit - norm, norm);
}
