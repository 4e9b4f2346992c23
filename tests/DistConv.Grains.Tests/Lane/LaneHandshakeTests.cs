using System.Net;
using DistConv.Grains.Exchange.Lane;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

/// <summary>Who may connect.</summary>
[Collection(Collection)]
public sealed class LaneHandshakeTests : LaneTest
{
    [Fact]
    public void Start_twice_isOneEndPoint()
    {
        Assert.Equal(IPAddress.Loopback, Listener.Start().Address);
        Assert.NotEqual(0, Listener.Start().Port);
        Assert.Equal(Listener.Start(), Listener.Start());
    }

    [Fact]
    public void Start_advertised_isWhatOthersAreTold()
    {
        IPEndPoint other = IPEndPoint.Parse("192.0.2.7:4711");
        using LaneListener listener = NewListener(settings => settings with { AdvertisedAddress = other.Address, AdvertisedPort = other.Port });
        Assert.Equal(other, listener.Start());
    }

    [Fact]
    public void Hello_magicOrVersionWrong_isRefused()
    {
        Assert.Equal(LaneAnswer.NotAHello, Ask(hello => hello[0] ^= 1));
        Assert.Equal(LaneAnswer.OtherVersion, Ask(hello => hello[4]++));
        Assert.Equal(LaneAnswer.NotAHello, Ask(hello => hello[7] = 255)); // 65 thousand bytes for a silo's address.
        Assert.Equal(LaneAnswer.NotAHello, Ask(hello => "GET / HTTP/1.1\r\n"u8.CopyTo(hello)));
    }

    [Fact]
    public void Hello_tokenNotItsOwn_isRefused()
    {
        Assert.Equal(LaneAnswer.UnknownToken, Ask(hello => hello[30] ^= 1));
        Assert.Equal(LaneAnswer.OtherSilo, Ask(self: Silo(2)));
        Assert.Equal(LaneAnswer.OtherJob, Ask(job: "job-b"));
        Assert.Equal(LaneAnswer.OtherFence, Ask(fence: Fence + 1));
        Assert.Equal(LaneAnswer.Accepted, Ask());
    }

    [Fact]
    public void Hello_tokenUsedReplacedOrClosed_isRefusedWithTheReason()
    {
        Guid used = Listener.Admit(Job, Fence, Self, Sink);
        Own(Connect(used));
        Refuses(used);

        Guid replaced = Listener.Admit(Job, Fence, Self, Sink), newer = Listener.Admit(Job, Fence + 1, Self, Sink);
        Refuses(replaced);
        Listener.Close(Job, Fence + 1);
        Refuses(newer, Fence + 1);

        Guid misused = Listener.Admit(Job, Fence, Self, Sink);
        Assert.Throws<LaneException>(() => LaneSender.Connect(Listener.Start(), misused, Silo(2), Job, Fence, Patience));
        Refuses(misused); // One connection, even if it was the wrong one.
    }

    [Fact]
    public void Hello_halfThenSilence_endsAtTheLimit()
    {
        ManualTime time = new();
        using LaneListener listener = NewListener(settings => settings with { Time = time });
        using RawPeer peer = RawPeer.Connect(listener.Start());
        peer.Send(new LaneHello(Guid.Empty, "silo", Job, Fence).ToBytes().AsSpan(0, 10));
        Assert.Equal(TimeSpan.FromSeconds(5), time.Elapse());
        Assert.Null(peer.Reply());
    }

    [Fact]
    public void Hello_accepted_makesRoomForTheNext()
    {
        using LaneListener listener = NewListener(static settings => settings with { MaxHandshakes = 1 });
        Guid token = listener.Admit(Job, Fence, Self, Sink);
        using LaneSender sender = LaneSender.Connect(listener.Start(), token, Self, Job, Fence, Patience);
        using RawPeer next = RawPeer.Connect(listener.Start());
        next.Send(new byte[LaneHello.HeadBytes]);
        Assert.Equal(LaneAnswer.NotAHello, next.Reply()?.Answer);
        Assert.False(sender.IsBroken);
        sender.Dispose();
        Assert.Equal("it closed the connection", Sink.Next("closed").Reason); // It was not closed to make room.
    }

    /// <summary>Each of them would have a thread for five seconds.</summary>
    [Fact]
    public void Connections_aThousandThatSayNothing_keepNobodyOutAndEnd()
    {
        const int Many = 1000, Room = 8;
        using LaneListener listener = NewListener(static settings => settings with { MaxHandshakes = Room, HandshakeLimit = Timeout.InfiniteTimeSpan });
        RawPeer[] silent = [.. Enumerable.Range(0, Many).Select(_ => Own(RawPeer.Connect(listener.Start())))];
        Guid token = listener.Admit(Job, Fence, Self, Sink);
        using LaneSender sender = LaneSender.Connect(listener.Start(), token, Self, Job, Fence, Patience);
        foreach (RawPeer peer in silent[..(Many - Room + 1)]) Assert.Null(peer.Reply());
    }

    private static byte[] Hello(Guid token, SiloAddress self, string job, long fence) =>
        new LaneHello(token, self.ToParsableString(), job, fence).ToBytes();

    /// <summary>What the listener answers to a hello with something changed.</summary>
    private LaneAnswer? Ask(Action<byte[]>? change = null, SiloAddress? self = null, string job = Job, long fence = Fence)
    {
        Guid token = Listener.Admit(Job, Fence, Self, Sink);
        byte[] hello = Hello(token, self ?? Self, job, fence);
        change?.Invoke(hello);
        using RawPeer peer = RawPeer.Connect(Listener.Start());
        peer.Send(hello);
        return peer.Reply()?.Answer;
    }

    private LaneSender Connect(Guid token, long fence = Fence) => LaneSender.Connect(Listener.Start(), token, Self, Job, fence, Patience);

    private void Refuses(Guid token, long fence = Fence) => Assert.Equal(
        $"the lane to {Listener.Start()} cannot be opened: it does not know the token: it was used or replaced, or the job was closed there",
        Assert.Throws<LaneException>(() => Connect(token, fence)).Message);
}
