using System.Collections.Concurrent;
using DistConv.Core.Buffers;

namespace DistConv.Grains.Contracts;

/// <summary>Blocks for gradients that arrive over connections, reused from step to step. Safe for several threads.</summary>
internal sealed class FloatBufferPool
{
    // The ranges of one length that a silo adds up in a step, of all other silos; more are freed.
    private const int KeptPerLength = 32;

    /// <summary>The pool of this process.</summary>
    public static readonly FloatBufferPool Shared = new();

    private readonly ConcurrentDictionary<long, ConcurrentBag<FloatBuffer>> _free = new();
    private long _freeBytes;

    /// <summary>Bytes of the blocks that nobody uses.</summary>
    public long FreeBytes => Volatile.Read(ref _freeBytes);

    /// <summary>A block of exactly this length; its contents are undefined.</summary>
    /// <param name="length">Number of floats.</param>
    /// <returns>A block that only the caller has.</returns>
    public FloatBuffer Rent(long length)
    {
        if (!_free.TryGetValue(length, out ConcurrentBag<FloatBuffer>? bag) || !bag.TryTake(out FloatBuffer? buffer)) return new FloatBuffer(length);
        Interlocked.Add(ref _freeBytes, -length * sizeof(float));
        return buffer;
    }

    /// <summary>Takes a block back.</summary>
    /// <param name="buffer">A block from <see cref="Rent"/>; not used afterwards.</param>
    public void Return(FloatBuffer buffer)
    {
        ConcurrentBag<FloatBuffer> bag = _free.GetOrAdd(buffer.Length, static _ => []);
        if (bag.Count >= KeptPerLength)
        {
            buffer.Dispose();
            return;
        }

        Interlocked.Add(ref _freeBytes, buffer.Length * sizeof(float));
        bag.Add(buffer);
    }

    /// <summary>Frees the blocks that nobody uses: a job has ended. Others that train make new ones.</summary>
    public void Clear()
    {
        foreach (ConcurrentBag<FloatBuffer> bag in _free.Values)
        {
            while (bag.TryTake(out FloatBuffer? buffer))
            {
                Interlocked.Add(ref _freeBytes, -buffer.Length * sizeof(float));
                buffer.Dispose();
            }
        }
    }
}
