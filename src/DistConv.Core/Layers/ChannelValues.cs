using System.Runtime.CompilerServices;

namespace DistConv.Core.Layers;

/// <summary>A number for each channel, or one for all. Two are equal if their numbers are.</summary>
[CollectionBuilder(typeof(ChannelValues), nameof(Create))]
public readonly struct ChannelValues : IEquatable<ChannelValues>
{
    private readonly float[]? _values;

    private ChannelValues(float[] values) => _values = values;

    /// <summary>The numbers in order; one: it is that of all channels.</summary>
    public IReadOnlyList<float> Values => _values ?? [];

    /// <summary>Whether there is no number at all.</summary>
    public bool IsEmpty => Values.Count == 0;

    /// <summary>Numbers in order.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>A copy.</returns>
    public static ChannelValues Create(ReadOnlySpan<float> values) => new(values.ToArray());

    /// <summary>Whether two have the same numbers.</summary>
    public static bool operator ==(ChannelValues left, ChannelValues right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(ChannelValues left, ChannelValues right) => !left.Equals(right);

    /// <summary>The number of a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>Its own, or that of all.</returns>
    public float Of(int channel) => Values.Count == 1 ? Values[0] : Values[channel];

    /// <summary>Whether there is a number for each of so many channels.</summary>
    /// <param name="channels">How many.</param>
    /// <returns>True if there are as many, or one for all.</returns>
    public bool Fits(int channels) => Values.Count == 1 || Values.Count == channels;

    /// <summary>For collection expressions and foreach.</summary>
    /// <returns>The numbers.</returns>
    public IEnumerator<float> GetEnumerator() => Values.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ChannelValues other) => Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ChannelValues other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (float value in Values) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Values.Count == 1 ? $"{Values[0]}" : $"[{string.Join(", ", Values)}]";
}
