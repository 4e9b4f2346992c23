using System.Net;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

/// <summary>Frames of a cluster with certificates.</summary>
[Collection(Collection)]
public sealed unsafe class LaneSealTests : LaneTest
{
    private static readonly byte[] _key = FrameSeal.NewKey();

    [Fact]
    public void Send_sealedFramesOfAllSizes_arriveInOrderWithTheirBits()
    {
        int[] sizes = [1, 0, FrameSeal.PieceBytes / sizeof(float), (FrameSeal.PieceBytes / sizeof(float)) + 1, 1_000_003];
        LaneSender sender = Connect(_key);
        for (int i = 0; i < sizes.Length; i++) sender.Send(Header(sizes[i], i), (byte*)Body(sizes[i], i).Pointer, static _ => { });
        for (int i = 0; i < sizes.Length; i++)
        {
            Sink.Next("begin");
            SinkEvent complete = Sink.Next("complete");
            Assert.Equal(Header(sizes[i], i), complete.Header);
            Assert.True(Body(sizes[i], i).Span.SequenceEqual(complete.Values));
        }
    }

    [Fact]
    public void Frame_dropped_isOpenedAllTheSame()
    {
        using RecordingSink sink = new() { Refuses = header => header.Slice == 0 };
        LaneSender sender = Connect(_key, sink);
        sender.Send(Header(100_000), (byte*)Body(100_000).Pointer, static _ => { });
        sender.Send(Header(3, slice: 1), (byte*)Body(3).Pointer, static _ => { });
        sink.Next("begin");
        sink.Next("begin");
        Assert.Equal([1, 1.125f, 1.25f], sink.Next("complete").Values);
    }

    /// <summary>Whoever has read the token of a connection, but not its key, can open one and do no more.</summary>
    [Fact]
    public void Frame_notSealedOrWithAnotherKey_endsTheConnection()
    {
        RawPeer plain = Raw();
        plain.Send(new byte[FrameSeal.TagBytes]);
        plain.Send(Header(1));
        Assert.Equal(FrameSeal.Broken, Sink.Next("closed").Reason);
        Connect(FrameSeal.NewKey()).Send(Header(1), (byte*)Body(1).Pointer, static _ => { });
        Assert.Equal(FrameSeal.Broken, Sink.Next("closed").Reason);
        Sink.AssertNothing();
    }

    [Theory]
    [InlineData(0)] // The header's tag.
    [InlineData(FrameSeal.TagBytes + 20)] // Its step.
    [InlineData(FrameSeal.TagBytes + FrameHeader.WireBytes)] // The body's tag.
    [InlineData((2 * FrameSeal.TagBytes) + FrameHeader.WireBytes + 5)] // The body.
    public void Frame_changedOnItsWay_endsTheConnection(int at)
    {
        byte[] frame = Sealed(0);
        frame[at] ^= 1;
        Raw().Send(frame);
        if (at >= FrameSeal.TagBytes + FrameHeader.WireBytes) Sink.Next("begin");
        Assert.Equal(FrameSeal.Broken, Sink.Next("closed").Reason);
        Sink.AssertNothing();
    }

    [Fact]
    public void Frame_repeatedOrLeftOut_endsTheConnection()
    {
        long errors = Telemetry.ChecksumErrors.Read();
        RawPeer repeats = Raw();
        repeats.Send(Sealed(0));
        Sink.Next("begin");
        Sink.Next("complete");
        repeats.Send(Sealed(0));
        Assert.Equal(FrameSeal.Broken, Sink.Next("closed").Reason);
        Raw().Send(Sealed(1)); // As the second of a connection.
        Assert.Equal(FrameSeal.Broken, Sink.Next("closed").Reason);
        Assert.Equal(errors, Telemetry.ChecksumErrors.Read()); // No memory or network card did it.
    }

    /// <summary>A frame as it travels.</summary>
    /// <param name="earlier">How many frames the connection carried before it.</param>
    private byte[] Sealed(int earlier)
    {
        using FrameSeal seal = new(_key);
        byte[] header = new byte[FrameHeader.WireBytes], body = new byte[16], wire = new byte[header.Length + body.Length + (2 * FrameSeal.TagBytes)];
        Header(4).Write(header);
        for (int i = 0; i <= earlier; i++)
        {
            seal.Seal(header, wire);
            seal.Seal(body, wire.AsSpan(FrameSeal.TagBytes + header.Length));
        }

        return wire;
    }

    private LaneSender Connect(byte[] key, RecordingSink? sink = null)
    {
        Guid token = Listener.Admit(Job, Fence, Self, sink ?? Sink, _key);
        return Own(LaneSender.Connect(Listener.Start(), token, Self, Job, Fence, Patience, key: key));
    }

    private RawPeer Raw()
    {
        Guid token = Listener.Admit(Job, Fence, Self, Sink, _key);
        IPEndPoint endPoint = Listener.Start();
        RawPeer peer = Own(RawPeer.Connect(endPoint));
        peer.Send(new LaneHello(token, Self.ToParsableString(), Job, Fence).ToBytes());
        Assert.Equal(LaneAnswer.Accepted, peer.Reply()?.Answer);
        return peer;
    }
}
