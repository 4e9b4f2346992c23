using System.Net;
using System.Runtime.InteropServices;
using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Files;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

/// <summary>Frames over real connections.</summary>
[Collection(Collection)]
public sealed unsafe class LaneTransferTests : LaneTest
{
    [Fact]
    public void Send_framesOfAllSizes_arriveInOrderWithTheirBits()
    {
        LaneSender sender = Open();
        int[] sizes = [1, 0, 4096, 1_000_003, 2];
        using CountdownEvent sent = new(sizes.Length);
        int failed = 0;
        for (int i = 0; i < sizes.Length; i++) sender.Send(Header(sizes[i], i), (byte*)Body(sizes[i], i).Pointer, Count);
        for (int i = 0; i < sizes.Length; i++)
        {
            Assert.Equal((Self, i), (Sink.Next("begin").From, i));
            SinkEvent complete = Sink.Next("complete");
            Assert.Equal(Header(sizes[i], i) with { Checksum = Crc32C.Of(MemoryMarshal.AsBytes(Body(sizes[i], i).Span)) }, complete.Header);
            Assert.True(Body(sizes[i], i).Span.SequenceEqual(complete.Values));
        }

        Assert.True(sent.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, failed);
        Assert.Equal((0L, false), (sender.OutstandingBytes, sender.IsBroken));

        void Count(bool isSent)
        {
            if (!isSent) failed++;
            sent.Signal();
        }
    }

    /// <summary>The receiver's thread alone computes a checksum over a megabyte. It has ended when its time is read.</summary>
    [Fact]
    public void Send_frames_countsTheProcessorTimeOfTheThreads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells the processor time of a thread");
        double before = Telemetry.ExchangeThreads.ReadSeconds() ?? throw new InvalidOperationException("no /proc/thread-self/schedstat");
        LaneSender sender = Open();
        sender.Send(Header(250_000), (byte*)Body(250_000).Pointer, static _ => { });
        Sink.Next("begin");
        Sink.Next("complete");
        Listener.Close(Job, Fence);
        Assert.True(Telemetry.ExchangeThreads.ReadSeconds() - before > 10e-6);
    }

    [Fact]
    public void Send_overIPv6_arrives()
    {
        IPAddress address = IPAddress.IPv6Loopback;
        using LaneListener listener = NewListener(static settings => settings, address);
        SiloAddress from = Silo(9, address);
        Guid token = listener.Admit(Job, Fence, from, Sink);
        using LaneSender sender = LaneSender.Connect(listener.Start(), token, from, Job, Fence, Patience);
        FloatBuffer body = Body(100);
        sender.Send(Header(100), (byte*)body.Pointer, static _ => { });
        Assert.Equal(from, Sink.Next("begin").From);
        Assert.True(body.Span.SequenceEqual(Sink.Next("complete").Values));
    }

    [Fact]
    public void Send_severalSilosAndJobs_reachTheirSinks()
    {
        using RecordingSink other = new();
        LaneSender first = Open(), second = Open(Silo(2)), third = Open(sink: other, job: "job-b");
        foreach ((LaneSender sender, int slice) in new[] { (first, 1), (second, 2), (third, 3) })
            sender.Send(Header(8, slice), (byte*)Body(8, slice).Pointer, static _ => { });
        Dictionary<SiloAddress, int> slices = [];
        while (slices.Count < 2)
        {
            if (Sink.Any() is { What: "complete" } complete) slices.Add(complete.From, complete.Header.Slice);
        }

        Assert.Equal((1, 2), (slices[Self], slices[Silo(2)]));
        other.Next("begin");
        Assert.Equal(3, other.Next("complete").Header.Slice);
    }

    [Fact]
    public void Begin_refusesAFrame_dropsItAndTakesTheNext()
    {
        using RecordingSink sink = new() { Refuses = header => header.Slice == 0 };
        long dropped = Telemetry.DroppedFrames.Read();
        LaneSender sender = Open(sink: sink);
        sender.Send(Header(100_000), (byte*)Body(100_000).Pointer, static _ => { });
        sender.Send(Header(3, slice: 1), (byte*)Body(3).Pointer, static _ => { });
        sink.Next("begin");
        sink.Next("begin");
        Assert.Equal([1, 1.125f, 1.25f], sink.Next("complete").Values);
        Assert.True(Telemetry.DroppedFrames.Read() > dropped); // Other tests exchange at the same time.
    }

    [Fact]
    public void Body_withAWrongChecksum_endsTheConnection()
    {
        long errors = Telemetry.ChecksumErrors.Read();
        RawPeer peer = OpenRaw();
        peer.Send(Header(4, slice: 2) with { Checksum = 17 });
        peer.Send(new byte[16]);
        Sink.Next("begin");
        Assert.Equal(
            "the checksum of a body is wrong (Part of slice 2 at step 5): the network or a memory changed it", Sink.Next("closed").Reason);
        Assert.True(Telemetry.ChecksumErrors.Read() > errors);
        Assert.Null(peer.Reply());
    }

    [Theory]
    [InlineData(0, "it closed the connection")]
    [InlineData(10, "it closed the connection in the middle of a frame")]
    [InlineData(64, "it closed the connection in the middle of a frame")]
    [InlineData(70, "it closed the connection in the middle of a frame")]
    public void Peer_leavesAfterSomeBytes_isTold(int bytes, string reason)
    {
        RawPeer peer = OpenRaw();
        byte[] frame = new byte[FrameHeader.WireBytes + 16];
        Header(4).Write(frame);
        peer.Send(frame.AsSpan(0, bytes));
        peer.Dispose();
        if (bytes >= FrameHeader.WireBytes) Sink.Next("begin");
        SinkEvent closed = Sink.Next("closed");
        Assert.Equal((Self, reason), (closed.From, closed.Reason));
        Sink.AssertNothing();
    }

    [Fact]
    public void Peer_sendsNoFrame_isTold()
    {
        OpenRaw().Send(new byte[FrameHeader.WireBytes]);
        Assert.Equal("what it sent is not a frame", Sink.Next("closed").Reason);
        OpenRaw().Send(Header(1) with { Bytes = -4 });
        Assert.Equal("its frame has an impossible length (4,294,967,292 bytes)", Sink.Next("closed").Reason);
    }

    [Fact]
    public void Complete_throws_endsTheConnectionOnly()
    {
        using RecordingSink sink = new() { OnComplete = static () => throw new InvalidOperationException("no such step") };
        LaneSender sender = Open(sink: sink);
        sender.Send(Header(1), (byte*)Body(1).Pointer, static _ => { });
        sink.Next("begin");
        Assert.Equal("its frame could not be taken (no such step)", sink.Next("closed").Reason);
        Open(Silo(2)).Send(Header(1), (byte*)Body(1).Pointer, static _ => { });
        Sink.Next("begin");
        Sink.Next("complete");
    }

    [Fact]
    public void Connection_secondOfASilo_replacesTheFirstInTheMiddleOfABody()
    {
        RawPeer first = OpenRaw();
        first.Send(Header(1000));
        first.Send(new byte[400]);
        Sink.Next("begin");
        RawPeer second = OpenRaw();
        Assert.Equal("a newer connection of the same silo has replaced it", Sink.Next("closed").Reason);
        second.Send(Header(0, slice: 4));
        Sink.Next("begin");
        Assert.Equal(4, Sink.Next("complete").Header.Slice);
    }
}
