using System.Net;
using System.Net.Sockets;
using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

/// <summary>A sender whose peer does not do what it should.</summary>
[Collection(Collection)]
public sealed unsafe class LaneSenderTests : LaneTest
{
    private const int FloatsPerFrame = 1 << 20;

    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LaneSenderTests()
    {
        Own(_listening).Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen();
    }

    private IPEndPoint EndPoint => (IPEndPoint)_listening.LocalEndPoint!;

    private static int HelloBytes => new LaneHello(Guid.Empty, Self.ToParsableString(), Job, Fence).ToBytes().Length;

    [Fact]
    public void Send_toAPeerThatDoesNotRead_isBoundedAndBreaks()
    {
        const long Max = 3L * FloatsPerFrame * sizeof(float);
        (LaneSender sender, _) = ConnectToRaw(Max);
        FloatBuffer body = Body(FloatsPerFrame);
        int given = 0, failed = 0;
        while (!sender.IsBroken)
        {
            given++;
            sender.Send(Header(FloatsPerFrame), (byte*)body.Pointer, isSent => Interlocked.Add(ref failed, isSent ? 0 : 1));
            Assert.InRange(sender.OutstandingBytes, 0, Max);
        }

        Assert.Matches(@"^the peer does not read: [\d,]+ bytes wait for it, and at most 12,582,912 may$", sender.Reason);
        sender.Dispose();
        Assert.InRange(failed, 2, given); // The one too many, and one of the two that waited: the system may just have taken the other.
        Assert.Equal(0, sender.OutstandingBytes);
    }

    [Fact]
    public void Dispose_whileASendBlocks_endsItAndTellsEachFrameOnce()
    {
        (LaneSender sender, _) = ConnectToRaw(LaneSender.DefaultMaxOutstandingBytes);
        FloatBuffer body = Body(16 * FloatsPerFrame);
        int[] told = new int[3];
        for (int i = 0; i < told.Length; i++)
        {
            int frame = i;
            sender.Send(Header(body.Length), (byte*)body.Pointer, isSent => Interlocked.Add(ref told[frame], isSent ? 100 : 1));
        }

        sender.Dispose();
        Assert.Equal([1, 1, 1], told);
        Assert.Equal("it was closed by this silo", sender.Reason);
        sender.Send(Header(body.Length), (byte*)body.Pointer, isSent => told[0] += isSent ? 100 : 1);
        Assert.Equal(2, told[0]);
    }

    [Fact]
    public void Dispose_fromSent_ends()
    {
        (LaneSender sender, _) = ConnectToRaw(LaneSender.DefaultMaxOutstandingBytes);
        using ManualResetEventSlim disposed = new();
        sender.Send(Header(0), null, _ =>
        {
            sender.Dispose();
            disposed.Set();
        });
        Assert.True(disposed.Wait(Patience, TestContext.Current.CancellationToken));
        sender.Dispose();
    }

    [Fact]
    public void Send_afterThePeerHasClosed_isTold()
    {
        (LaneSender sender, RawPeer peer) = ConnectToRaw(LaneSender.DefaultMaxOutstandingBytes);
        peer.Dispose();
        FloatBuffer body = Body(4);
        while (!sender.IsBroken) sender.Send(Header(4), (byte*)body.Pointer, static _ => { }); // Until the system knows it.
        Assert.Matches("^(the peer closed it|the connection broke .*)$", sender.Reason);
    }

    [Fact]
    public void Send_impossibleLength_isRefused()
    {
        LaneSender sender = Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Send(Header(1) with { Bytes = -4 }, null, static _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Send(Header(1) with { Bytes = 6 }, null, static _ => { }));
    }

    [Fact]
    public void Connect_nobodyListens_namesThePeer()
    {
        IPEndPoint nobody = EndPoint;
        _listening.Dispose();
        string message = Assert.Throws<LaneException>(() => LaneSender.Connect(nobody, Guid.Empty, Self, Job, Fence, Patience)).Message;
        Assert.StartsWith($"the lane to {nobody} cannot be opened: the connection broke (", message, StringComparison.Ordinal);
    }

    /// <summary>The system accepts the connection, and nobody reads the hello.</summary>
    [Fact]
    public void Connect_noAnswer_endsAtTheLimit()
    {
        ManualTime time = new();
        TimeSpan limit = default;
        Thread peer = Meanwhile(_ => limit = time.Elapse());
        LaneException e = Assert.Throws<LaneException>(
            () => LaneSender.Connect(EndPoint, Guid.Empty, Self, Job, Fence, TimeSpan.FromSeconds(7), time: time));
        Assert.Equal($"the lane to {EndPoint} cannot be opened: no answer within 7 s", e.Message);
        peer.Join();
        Assert.Equal(TimeSpan.FromSeconds(7), limit);
    }

    [Fact]
    public void Connect_anotherProgramListens_isTold()
    {
        Thread peer = Meanwhile(static accepted => LaneSocket.SendAll(accepted, "HTTP/1.1 400 Bad Request\r\n\r\n"u8));
        string message = Assert.Throws<LaneException>(() => LaneSender.Connect(EndPoint, Guid.Empty, Self, Job, Fence, Patience)).Message;
        Assert.Equal($"the lane to {EndPoint} cannot be opened: what listens there is not a lane", message);
        peer.Join();
    }

    [Fact]
    public void Connect_peerLeaves_isTold()
    {
        Thread peer = Meanwhile(static _ => { });
        string message = Assert.Throws<LaneException>(() => LaneSender.Connect(EndPoint, Guid.Empty, Self, Job, Fence, Patience)).Message;
        Assert.Equal($"the lane to {EndPoint} cannot be opened: it closed the connection without an answer", message);
        peer.Join();
    }

    /// <summary>Accepts a connection on another thread, reads its hello, does something, and closes it.</summary>
    private Thread Meanwhile(Action<Socket> act)
    {
        Thread thread = new(() =>
        {
            using Socket accepted = _listening.Accept();
            LaneSocket.ReceiveAll(accepted, new byte[HelloBytes]);
            act(accepted);
        });
        thread.Start();
        return thread;
    }

    /// <summary>A lane to a peer that accepts it and then does nothing.</summary>
    private (LaneSender Sender, RawPeer Peer) ConnectToRaw(long maxOutstandingBytes)
    {
        Task<RawPeer> accept = Task.Run(() => RawPeer.Accept(_listening, LaneAnswer.Accepted, HelloBytes), TestContext.Current.CancellationToken);
        LaneSender sender = Own(LaneSender.Connect(EndPoint, Guid.Empty, Self, Job, Fence, Patience, maxOutstandingBytes));
        return (sender, Own(accept.GetAwaiter().GetResult()));
    }
}
