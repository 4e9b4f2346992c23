using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DistConv.Training.Files;

/// <summary>CRC-32C (Castagnoli, reflected, inverted at both ends).</summary>
/// <remarks>
/// The processor's instruction takes three cycles and can begin in each, so long inputs run as three independent streams. Their registers are joined by the
/// linearity of the code: the register after a followed by b is that of a followed by as many zeros, exclusive-or that of b alone.
/// </remarks>
public static class Crc32C
{
    private const int StreamBytes = 1024, StreamWords = StreamBytes / sizeof(ulong);

    /// <summary>What <see cref="StreamBytes"/> zeros make of a register: the exclusive-or of one entry for each of its bytes.</summary>
    private static readonly uint[][] _afterZeros = AfterZeros();

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
        for (; bytes.Length >= 3 * StreamBytes; bytes = bytes[(3 * StreamBytes)..]) crc = AppendStreams(crc, bytes);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private static uint AppendStreams(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint second = 0, third = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes[..(3 * StreamBytes)]);
        for (int i = 0; i < StreamWords; i++)
        {
            crc = BitOperations.Crc32C(crc, words[i]);
            second = BitOperations.Crc32C(second, words[StreamWords + i]);
            third = BitOperations.Crc32C(third, words[(2 * StreamWords) + i]);
        }

        return Shift(Shift(crc) ^ second) ^ third;
    }

    private static uint Shift(uint crc) =>
        _afterZeros[0][(byte)crc] ^ _afterZeros[1][(byte)(crc >> 8)] ^ _afterZeros[2][(byte)(crc >> 16)] ^ _afterZeros[3][crc >> 24];

    private static uint[][] AfterZeros()
    {
        uint[][] tables = [new uint[256], new uint[256], new uint[256], new uint[256]];
        for (int bit = 0; bit < 32; bit++)
        {
            uint crc = 1u << bit;
            for (int i = 0; i < StreamWords; i++) crc = BitOperations.Crc32C(crc, 0UL);
            uint[] table = tables[bit / 8];
            int from = 1 << (bit % 8);
            for (int i = 0; i < from; i++) table[from + i] = table[i] ^ crc;
        }

        return tables;
    }
}
