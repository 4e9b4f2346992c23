using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DistConv.Filters.Exports;

/// <summary>Values as files hold them: little-endian float32.</summary>
internal static class FloatBytes
{
    /// <summary>Encodes values.</summary>
    /// <returns>4 bytes for each.</returns>
    public static byte[] Of(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian) return MemoryMarshal.AsBytes(values).ToArray();
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    /// <summary>Reads values.</summary>
    /// <param name="stream">4 bytes for each.</param>
    /// <param name="values">Overwritten.</param>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static void Read(Stream stream, Span<float> values)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        stream.ReadExactly(bytes);
        if (BitConverter.IsLittleEndian) return;
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }
}
