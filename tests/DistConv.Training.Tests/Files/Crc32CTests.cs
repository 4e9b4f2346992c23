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
}
