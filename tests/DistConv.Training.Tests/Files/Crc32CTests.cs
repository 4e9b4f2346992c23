using DistConv.Training.Files;
using Xunit;

namespace DistConv.Training.Tests.Files;

public sealed class Crc32CTests
{
    /// <summary>The check value of CRC-32C, and the vectors of RFC 3720, B.4.</summary>
    [Fact]
    public void Of_knownBytes_givesTheKnownChecksums()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AA, Crc32C.Of(new byte[32]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(value => (byte)value)]));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void Append_anyCut_givesTheChecksumOfTheWhole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 40).Select(value => (byte)(value * 37))];
        for (int cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(Crc32C.Of(bytes), Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    /// <summary>Long inputs run as several streams: against one bit after the other, at every length and place around the streams' ends.</summary>
    [Theory]
    [InlineData(3 * 1024)]
    [InlineData(6 * 1024)]
    [InlineData(20_000)]
    public void Append_longInputs_giveWhatOneBitAfterTheOtherGives(int length)
    {
        var bytes = new byte[length + 16];
        new Random(7).NextBytes(bytes);
        for (int extra = -9; extra < 9; extra++)
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(extra & 7, length + extra);
            Assert.Equal(BitByBit(0x1234_5678, input), Crc32C.Append(0x1234_5678, input));
        }
    }

    private static uint BitByBit(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~checksum;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1;
        }

        return ~crc;
    }
}
