using System.Runtime.CompilerServices;

namespace DistConv.Core.Layers;

/// <summary>The names of the layers that a layer reads, in order. Two are equal if their names are.</summary>
[CollectionBuilder(typeof(LayerInputs), nameof(Create))]
public readonly struct LayerInputs : IEquatable<LayerInputs>
{
    private readonly string[]? _names;

    private LayerInputs(string[] names) => _names = names;

    /// <summary>The names; none: the layer before.</summary>
    public IReadOnlyList<string> Names => _names ?? [];

    /// <summary>Whether no layer is named.</summary>
    public bool IsEmpty => Names.Count == 0;

    /// <summary>Names in order.</summary>
    /// <param name="names">The names.</param>
    /// <returns>A copy.</returns>
    public static LayerInputs Create(ReadOnlySpan<string> names) => new(names.ToArray());

    /// <summary>Whether two have the same names.</summary>
    public static bool operator ==(LayerInputs left, LayerInputs right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(LayerInputs left, LayerInputs right) => !left.Equals(right);

    /// <summary>For collection expressions and foreach.</summary>
    /// <returns>The names.</returns>
    public IEnumerator<string> GetEnumerator() => Names.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(LayerInputs other) => Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LayerInputs other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (string name in Names) hash.Add(name, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
