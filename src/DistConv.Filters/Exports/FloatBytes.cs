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

    /// <summary>Decodes values.</summary>
    /// <param name="bytes">4 bytes for each.</param>
    /// <returns>The values.</returns>
    public static float[] Read(ReadOnlySpan<byte> bytes)
    {
        var values = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return values;
    }
}
