using DistConv.Core.Buffers;

namespace DistConv.Grains.Contracts;

/// <summary>
/// The gradients of neighbouring parameters in a message. Calls within a process pass it by reference; <see cref="Codecs.GradientMessageCodec"/> writes
/// it as raw bytes between processes.
/// </summary>
/// <remarks>
/// The receiver calls <see cref="Release"/> when it has used the values: a block that came over a connection goes back to its pool; one that was
/// passed by reference belongs to its sender, which does not change it before the next step's call.
/// </remarks>
[Immutable]
public sealed class GradientMessage
{
    private readonly FloatBufferPool? _pool;
    private readonly bool _isChunk;
    private int _released;

    /// <summary>A message about a buffer that its sender owns.</summary>
    /// <param name="values">The gradients of all parameters; unchanged until the receiver has answered.</param>
    public GradientMessage(FloatBuffer values)
        : this(values, 0, checked((int)(values ?? throw new ArgumentNullException(nameof(values))).Length))
    {
    }

    /// <summary>A message about a part of a buffer that its sender owns.</summary>
    /// <param name="values">A buffer for all parameters.</param>
    /// <param name="first">The first parameter that is meant.</param>
    /// <param name="length">Number of parameters; their values are unchanged until the receiver has answered.</param>
    public GradientMessage(FloatBuffer values, int first, int length)
        : this(values, first, length, null)
    {
    }

    internal GradientMessage(FloatBuffer values, int first, int length, FloatBufferPool? pool)
    {
        Values = values;
        First = first;
        Length = length;
        _pool = pool;
    }

    private GradientMessage(FloatBuffer values, int first, int length, bool isChunk)
        : this(values, first, length, null) => _isChunk = isChunk;

    /// <summary>A message about a part of a buffer that its sender owns. Over a connection it arrives in a block of its own length.</summary>
    /// <param name="values">A buffer for all parameters.</param>
    /// <param name="first">The first parameter that is meant.</param>
    /// <param name="length">Number of parameters; their values are unchanged until the receiver has answered.</param>
    /// <returns>The message; only its <see cref="Span"/> is the same on both sides.</returns>
    public static GradientMessage Chunk(FloatBuffer values, int first, int length) => new(values, first, length, isChunk: true);

    /// <summary>A buffer for all parameters, in their order; only those that are meant have values.</summary>
    public FloatBuffer Values { get; }

    /// <summary>The first parameter that is meant.</summary>
    public int First { get; }

    /// <summary>Number of parameters that are meant.</summary>
    public int Length { get; }

    /// <summary>Where they stand in the receiver's block, and the length of that block.</summary>
    internal (int First, int Length) Arrival => _isChunk ? (0, Length) : (First, checked((int)Values.Length));

    /// <summary>Their gradients.</summary>
    public Span<float> Span => Values.Span.Slice(First, Length);

    /// <summary>Number of bytes that it takes on a connection.</summary>
    public long LengthBytes => (long)Length * sizeof(float);

    /// <summary>The receiver no longer needs the values.</summary>
    public void Release()
    {
        if (_pool is not null && Interlocked.Exchange(ref _released, 1) == 0) _pool.Return(Values);
    }
}
