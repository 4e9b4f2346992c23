using System.Net;
using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;

namespace DistConv.Grains.Tests.Lane;

/// <summary>A listener on the loopback interface, and a silo that may connect to it.</summary>
public abstract class LaneTest : IDisposable
{
    /// <summary>The classes of this collection run one after another: they read the counters of the process.</summary>
    public const string Collection = "lane";

    private protected const string Job = "job-a";
    private protected const long Fence = 3;

    private protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private protected static readonly SiloAddress Self = Silo(1);

    private readonly List<IDisposable> _owned = [];

    private protected LaneTest() => Listener = Own(NewListener(static settings => settings));

    private protected LaneListener Listener { get; }

    private protected RecordingSink Sink { get; } = new();

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--) _owned[i].Dispose();
        Sink.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static SiloAddress Silo(int generation, IPAddress? address = null) =>
        SiloAddress.New(new IPEndPoint(address ?? IPAddress.Loopback, 11111), generation);

    private protected static LaneListener NewListener(Func<LaneSettings, LaneSettings> change, IPAddress? address = null)
    {
        IPAddress listen = address ?? IPAddress.Loopback;
        return new LaneListener(change(new LaneSettings(new IPEndPoint(listen, 0), listen)));
    }

    /// <summary>Disposes something at the end of the test.</summary>
    private protected T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    /// <summary>A lane to <see cref="Listener"/> whose frames go to <see cref="Sink"/>.</summary>
    private protected LaneSender Open(SiloAddress? from = null, long fence = Fence, RecordingSink? sink = null, string job = Job)
    {
        from ??= Self;
        Guid token = Listener.Admit(job, fence, from, sink ?? Sink);
        return Own(LaneSender.Connect(Listener.Start(), token, from, job, fence, Patience));
    }

    /// <summary>A connection to <see cref="Listener"/> that has been admitted.</summary>
    private protected RawPeer OpenRaw(RecordingSink? sink = null)
    {
        Guid token = Listener.Admit(Job, Fence, Self, sink ?? Sink);
        RawPeer peer = Own(RawPeer.Connect(Listener.Start()));
        peer.Send(new LaneHello(token, Self.ToParsableString(), Job, Fence).ToBytes());
        if (peer.Reply() is not { Answer: LaneAnswer.Accepted }) throw new InvalidOperationException("not admitted");
        return peer;
    }

    private protected static FrameHeader Header(long floats, int slice = 0) =>
        new(FrameKind.Part, Step: 5, Attempt: 0, slice, FirstShard: 0, EndShard: 2, checked((int)floats * sizeof(float)));

    /// <summary>A body with values of its own.</summary>
    private protected FloatBuffer Body(int floats, float first = 1)
    {
        FloatBuffer body = Own(new FloatBuffer(floats));
        for (int i = 0; i < floats; i++) body.Span[i] = first + (i / 8f);
        return body;
    }
}
