using DistConv.Core.Buffers;

namespace DistConv.Grains.Contracts;

/// <summary>
/// Neighbouring floats in a message: a gradient or a part of one. Calls within a process pass it by reference;
/// <see cref="Codecs.GradientMessageCodec"/> writes it as raw bytes between processes.
/// </summary>
/// <remarks>
/// The receiver calls <see cref="Release"/> when it has used the values: a block that came over a connection goes back to its pool; one that was
/// passed by reference belongs to its sender, which does not change it before the next step's call.
/// </remarks>
[Immutable]
public sealed class GradientMessage
{
    private readonly FloatBufferPool? _pool;
    private readonly int _first;
    private int _released;

    /// <summary>A message about a buffer that its sender owns.</summary>
    /// <param name="values">The values; unchanged until the receiver has answered.</param>
    public GradientMessage(FloatBuffer values)
        : this(values, null)
    {
    }

    /// <summary>A message about a part of a buffer that its sender owns.</summary>
    /// <param name="values">The buffer.</param>
    /// <param name="first">The first value that is meant.</param>
    /// <param name="length">Number of values; unchanged until the receiver has answered.</param>
    public GradientMessage(FloatBuffer values, int first, int length)
    {
        Values = values;
        _first = first;
        Length = length;
    }

    internal GradientMessage(FloatBuffer values, FloatBufferPool? pool)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        Length = (int)values.Length;
        _pool = pool;
    }

    /// <summary>The buffer in which the values stand; only they are in the message.</summary>
    public FloatBuffer Values { get; }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    /// <summary>The values.</summary>
    public ReadOnlySpan<float> Span => Values.Span.Slice(_first, Length);

    /// <summary>Number of bytes that it takes on a connection.</summary>
    public long LengthBytes => (long)Length * sizeof(float);

    /// <summary>The receiver no longer needs the values.</summary>
    public void Release()
    {
        if (_pool is not null && Interlocked.Exchange(ref _released, 1) == 0) _pool.Return(Values);
    }
}
