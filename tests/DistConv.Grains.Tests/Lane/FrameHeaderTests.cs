using CsCheck;
using DistConv.Grains.Exchange.Lane;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

public sealed class FrameHeaderTests
{
    private static readonly FrameHeader _header = new(FrameKind.Part, Step: 7, Attempt: 1, Slice: 3, FirstShard: 8, EndShard: 12, Bytes: 4096, 0xE3069283);

    [Fact]
    public void Read_written_isTheSame() => Gen.Select(
        Gen.Enum<FrameKind>(), Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[0, 1000], Gen.Int[0, int.MaxValue / 4], Gen.UInt, Gen.Bool)
        .Sample((kind, step, slice, shard, floats, checksum, isFinite) =>
        {
            FrameFlags flags = isFinite ? FrameFlags.None : FrameFlags.NotFinite;
            FrameHeader header = new(kind, step, step / 3, slice, shard, shard + 5, floats * sizeof(float), checksum, flags);
            Assert.Equal(header, FrameHeader.Read(Wire(header), out string problem));
            Assert.Empty(problem);
        });

    [Fact]
    public void Read_anyBitFlipped_isRefused()
    {
        for (int bit = 0; bit < FrameHeader.WireBytes * 8; bit++)
        {
            byte[] wire = Wire(_header);
            wire[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(FrameHeader.Read(wire, out string problem));
            Assert.NotEmpty(problem);
        }
    }

    [Fact]
    public void Read_nonsenseWithARightChecksum_saysWhatIsWrong()
    {
        Refuses(_header with { Bytes = -4 }, "its frame has an impossible length (4,294,967,292 bytes)");
        Refuses(_header with { Bytes = int.MinValue }, "its frame has an impossible length (2,147,483,648 bytes)");
        Refuses(_header with { Bytes = 4097 }, "its frame has an impossible length (4,097 bytes)");
        Refuses(_header with { Kind = (FrameKind)3 }, "its frame has the unknown kind 3");
        Refuses(_header with { Flags = (FrameFlags)2 }, "its frame has unknown flags (2)");
        Refuses(_header with { Slice = -1 }, "its frame has a negative step, attempt or slice (7, 1, -1)");
        Refuses(_header with { EndShard = 7 }, "its frame names shards 8 to 7");
    }

    private static void Refuses(FrameHeader header, string expected)
    {
        Assert.Null(FrameHeader.Read(Wire(header), out string problem));
        Assert.Equal(expected, problem);
    }

    private static byte[] Wire(FrameHeader header)
    {
        byte[] wire = new byte[FrameHeader.WireBytes];
        header.Write(wire);
        return wire;
    }
}
