using System.Runtime.InteropServices;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Where an operand lies.</summary>
public enum Placement
{
    /// <summary>In ordinary memory between canaries: an out-of-range write is noticed.</summary>
    Canaries,

    /// <summary>It ends where an inaccessible page begins: any access behind it crashes.</summary>
    GuardAfter,

    /// <summary>It begins where an inaccessible page ends: any access before it crashes.</summary>
    GuardBefore,
}

/// <summary>
/// An operand in memory that notices who reaches beyond it: by an inaccessible page on one side, and canaries in what is left of the pages on the other.
/// </summary>
internal sealed unsafe class GuardedBuffer : IDisposable
{
    private const float Canary = -1.2345678e33f;
    private const int CanaryFloats = 64;
    private readonly float* _block;
    private readonly int _blockLength;
    private readonly int _offset;

    public GuardedBuffer(int length, Placement placement)
    {
        Length = length;
        int page = Environment.SystemPageSize / sizeof(float);
        int pages = int.Max(1, (length + page - 1) / page) * page;
        _block = placement == Placement.Canaries ? null : (float*)NativePages.Allocate((nuint)pages * sizeof(float));
        IsGuarded = _block != null;
        _blockLength = IsGuarded ? pages : length + (2 * CanaryFloats);
        if (!IsGuarded) _block = (float*)NativeMemory.Alloc((nuint)_blockLength * sizeof(float));
        _offset = !IsGuarded ? CanaryFloats : placement == Placement.GuardAfter ? pages - length : 0;
        new Span<float>(_block, _blockLength).Fill(Canary);
        Span.Fill(float.NaN);
    }

    public GuardedBuffer(ReadOnlySpan<float> values, Placement placement)
        : this(values.Length, placement) => values.CopyTo(Span);

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>Whether there are inaccessible pages beside it.</summary>
    public bool IsGuarded { get; }

    public float* Pointer => _block + _offset;

    public Span<float> Span => new(Pointer, Length);

    /// <summary>Asserts that nothing around the operand was written, and gives the memory back.</summary>
    public void Dispose()
    {
        bool intact = Intact(0, _offset) && Intact(_offset + Length, _blockLength);
        if (IsGuarded) NativePages.Free((byte*)_block, (nuint)_blockLength * sizeof(float));
        else NativeMemory.Free(_block);
        Assert.True(intact, "something wrote beyond its operand");
    }

    private bool Intact(int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            if (_block[i] != Canary) return false;
        }

        return true;
    }
}

/// <summary>Operands that belong together and are checked together.</summary>
internal sealed unsafe class Operands(Placement placement) : IDisposable
{
    private readonly List<GuardedBuffer> _buffers = [];

    /// <summary>A block filled with NaN, which no result may keep.</summary>
    public float* Empty(long length) => Add(new GuardedBuffer(checked((int)length), placement));

    /// <summary>A copy of values.</summary>
    public float* Copy(ReadOnlySpan<float> values) => Add(new GuardedBuffer(values, placement));

    /// <summary>Checks all canaries.</summary>
    public void Dispose()
    {
        foreach (GuardedBuffer buffer in _buffers) buffer.Dispose();
    }

    private float* Add(GuardedBuffer buffer)
    {
        _buffers.Add(buffer);
        return buffer.Pointer;
    }
}
