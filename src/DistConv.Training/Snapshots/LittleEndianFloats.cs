using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DistConv.Training.Snapshots;

/// <summary>Floats as files and digests hold them: little-endian on every machine.</summary>
internal static class LittleEndianFloats
{
    /// <summary>The little-endian bytes of values: the same memory on a little-endian machine, a copy on others.</summary>
    /// <param name="values">The values.</param>
    /// <returns>4 bytes for each value.</returns>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.AsBytes(values);
        }

        int[] swapped = new int[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), swapped);
        return MemoryMarshal.AsBytes<int>(swapped);
    }

    /// <summary>Turns values whose bytes were read from a file into the machine's own order, in place.</summary>
    /// <param name="values">Overwritten on a big-endian machine.</param>
    public static void ToHostOrder(Span<float> values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
