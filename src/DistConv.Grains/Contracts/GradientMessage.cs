using DistConv.Core.Buffers;

namespace DistConv.Grains.Contracts;

/// <summary>
/// A block of floats in a message: a gradient, as long as the model has parameters. Calls within a process pass it by reference;
/// <see cref="Codecs.GradientMessageCodec"/> writes
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
    private int _released;

    /// <summary>A message about a buffer that its sender owns.</summary>
    /// <param name="values">The values; unchanged until the receiver has answered.</param>
    public GradientMessage(FloatBuffer values)
        : this(values, null)
    {
    }

    internal GradientMessage(FloatBuffer values, FloatBufferPool? pool)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        _pool = pool;
    }

    /// <summary>The values, in the order of the parameters.</summary>
    public FloatBuffer Values { get; }

    /// <summary>Number of bytes that it takes on a connection.</summary>
    public long LengthBytes => Values.Length * sizeof(float);

    /// <summary>The receiver no longer needs the values.</summary>
    public void Release()
    {
        if (_pool is not null && Interlocked.Exchange(ref _released, 1) == 0) _pool.Return(Values);
    }
}
