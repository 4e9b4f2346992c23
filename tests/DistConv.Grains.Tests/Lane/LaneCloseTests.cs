using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

/// <summary>The end of a job's connections: afterwards nobody writes into memory that may be freed.</summary>
[Collection(Collection)]
public sealed class LaneCloseTests : LaneTest
{
    [Fact]
    public void Close_inTheMiddleOfABody_nothingIsWrittenAfterwards()
    {
        RawPeer peer = OpenRaw();
        byte[] ones = Enumerable.Repeat((byte)1, 4000).ToArray();
        peer.Send(Header(2000));
        peer.Send(ones);
        Sink.Next("begin");
        Listener.Close(Job, Fence);

        FloatBuffer body = Sink.Body(Self);
        float[] before = body.Span.ToArray();
        while (peer.TrySend(ones)) { } // Until this end knows, too.
        Assert.Equal(before, body.Span.ToArray());
        Sink.AssertNothing(); // Who closes knows it.
    }

    [Fact]
    public void Close_whileTheSinkBlocks_waitsAndTakesNothingThatHasArrived()
    {
        using ManualResetEventSlim goOn = new();
        bool isInSink = true, wasInSink = true;
        using RecordingSink sink = new()
        {
            OnBegin = () =>
            {
                goOn.Wait(Patience);
                Volatile.Write(ref isInSink, false);
            },
        };
        RawPeer peer = OpenRaw(sink);
        peer.Send(Header(100));
        peer.Send(Enumerable.Repeat((byte)1, 400).ToArray()); // It waits in the system's buffer.
        sink.Next("begin");
        Thread close = new(() =>
        {
            Listener.Close(Job, Fence);
            wasInSink = Volatile.Read(ref isInSink);
        });
        close.Start();
        Assert.Null(peer.Reply()); // The connection is closed, and its thread still in the sink.
        goOn.Set();
        close.Join();

        Assert.False(wasInSink);
        Assert.All(sink.Body(Self).Span.ToArray(), value => Assert.Equal(0, value));
        sink.AssertNothing();
    }

    [Fact]
    public unsafe void Close_aFence_leavesHigherFencesAndOtherJobs()
    {
        LaneSender lower = Open(Silo(2), fence: 4), higher = Open(Silo(3), fence: 5), other = Open(Silo(4), job: "job-b");
        Guid unused = Listener.Admit(Job, 4, Silo(5), Sink), unusedHigher = Listener.Admit(Job, 5, Silo(6), Sink);
        Listener.Close(Job, 4);

        FloatBuffer body = Body(1);
        foreach (LaneSender sender in new[] { higher, other })
        {
            sender.Send(Header(1), (byte*)body.Pointer, static _ => { });
            Sink.Next("begin");
            Sink.Next("complete");
        }

        while (!lower.IsBroken) lower.Send(Header(0), null, static _ => { });
        Assert.Throws<LaneException>(() => LaneSender.Connect(Listener.Start(), unused, Silo(5), Job, 4, Patience));
        Own(LaneSender.Connect(Listener.Start(), unusedHigher, Silo(6), Job, 5, Patience));
        Sink.AssertNothing();
    }

    [Fact]
    public void Dispose_withConnections_endsThemAndCanBeRepeated()
    {
        RawPeer admitted = OpenRaw(), silent = Own(RawPeer.Connect(Listener.Start()));
        Listener.Dispose();
        Listener.Dispose();
        Assert.Null(admitted.Reply());
        Assert.Null(silent.Reply());
        Sink.AssertNothing();
        Assert.Throws<ObjectDisposedException>(() => Listener.Start());
        Assert.Throws<ObjectDisposedException>(() => Listener.Admit(Job, Fence, Self, Sink));
    }
}
