using System.Runtime.InteropServices;

namespace DistConv.Core.Buffers;

/// <summary>
/// A block of floats outside the managed heap, aligned to a cache line (64 bytes) and zeroed. Kernels work on its pointer; a finalizer frees it if nobody did.
/// </summary>
public sealed unsafe class FloatBuffer : IDisposable
{
    private const int AlignmentBytes = 64;
    private static long _allocatedBytes;

    /// <summary>Allocates a zeroed block.</summary>
    /// <param name="length">Number of floats, 0 or more.</param>
    /// <exception cref="OutOfMemoryException">The system has no such block.</exception>
    public FloatBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = (nuint)Math.Max(length, 1) * sizeof(float);

        // SAFETY: freed once, in Dispose or the finalizer; every pointer handed out is used while the owner holds this object.
        Pointer = (float*)NativeMemory.AlignedAlloc(bytes, AlignmentBytes);
        NativeMemory.Clear(Pointer, bytes);
        Interlocked.Add(ref _allocatedBytes, length * sizeof(float));
    }

    /// <summary>Frees a block that was not disposed.</summary>
    ~FloatBuffer() => Free();

    /// <summary>Bytes of all blocks of this process that are not freed.</summary>
    public static long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    /// <summary>Number of floats.</summary>
    public long Length { get; }

    /// <summary>The first float; null after <see cref="Dispose"/>.</summary>
    public float* Pointer { get; private set; }

    /// <summary>The block as a span (at most 2³¹ − 1 floats).</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    /// <summary>The same values in a block of their own.</summary>
    /// <returns>A new block, which the caller disposes or leaves to its finalizer.</returns>
    public FloatBuffer Clone()
    {
        FloatBuffer copy = new(Length);
        Span.CopyTo(copy.Span);
        GC.KeepAlive(this);
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer is null) return;
        Interlocked.Add(ref _allocatedBytes, -Length * sizeof(float));
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
