using System.Buffers.Binary;
using System.Numerics;

namespace DistConv.Training.Files;

/// <summary>CRC-32C (Castagnoli, reflected, inverted at both ends).</summary>
public static class Crc32C
{
    /// <summary>The checksum of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>For example 0xE3069283 for "123456789".</returns>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of bytes that come in pieces: <c>Append(Of(a), b)</c> is the checksum of a followed by b.</summary>
    /// <param name="checksum">The checksum of the bytes before; 0 if there are none.</param>
    /// <param name="bytes">The next bytes.</param>
    /// <returns>The checksum of all of them.</returns>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~checksum;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
