using System.Runtime.CompilerServices;

namespace DistConv.Core.Layers.Rules;

/// <summary>What holds for one tensor of a layer.</summary>
/// <param name="Role">The tensor's role: see <see cref="TensorPlan.Role"/>.</param>
/// <param name="Regularizer">Its penalty; null: none.</param>
/// <param name="Constraint">Its constraint; null: none.</param>
public sealed record TensorRule(string Role, Regularizer? Regularizer, WeightConstraint? Constraint);

/// <summary>The penalties and constraints of a layer's tensors. Two are equal if all of them are.</summary>
[CollectionBuilder(typeof(TensorRules), nameof(Create))]
public readonly struct TensorRules : IEquatable<TensorRules>
{
    private readonly TensorRule[]? _rules;

    private TensorRules(TensorRule[] rules) => _rules = rules;

    /// <summary>The rules, in the order of the tensors.</summary>
    public IReadOnlyList<TensorRule> All => _rules ?? [];

    /// <summary>Rules in order.</summary>
    /// <param name="rules">The rules.</param>
    /// <returns>A copy.</returns>
    public static TensorRules Create(ReadOnlySpan<TensorRule> rules) => new(rules.ToArray());

    /// <summary>Whether two have the same rules.</summary>
    public static bool operator ==(TensorRules left, TensorRules right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(TensorRules left, TensorRules right) => !left.Equals(right);

    /// <summary>For collection expressions and foreach.</summary>
    /// <returns>The rules.</returns>
    public IEnumerator<TensorRule> GetEnumerator() => All.GetEnumerator();

    /// <summary>The same tensor with what holds for it.</summary>
    /// <param name="tensor">A tensor that is trained.</param>
    /// <returns>The tensor.</returns>
    internal TensorPlan On(TensorPlan tensor) => All.FirstOrDefault(rule => rule.Role == tensor.Role) is { } rule
        ? tensor with { Regularizer = rule.Regularizer, Constraint = rule.Constraint }
        : tensor;

    /// <inheritdoc/>
    public bool Equals(TensorRules other) => All.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorRules other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (TensorRule rule in All) hash.Add(rule);
        return hash.ToHashCode();
    }
}
