using System.Collections.Concurrent;
using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;
using Xunit;

namespace DistConv.Grains.Tests.Lane;

/// <summary>What a sink was told.</summary>
internal sealed record SinkEvent(string What, SiloAddress From, FrameHeader Header, float[] Values, string Reason);

/// <summary>A sink that gives each frame room of its own and keeps what it is told.</summary>
internal sealed unsafe class RecordingSink : IFrameSink, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<SinkEvent> _events = [];
    private readonly ConcurrentDictionary<SiloAddress, FloatBuffer> _bodies = [];

    /// <summary>Which frames are not expected. Default: none.</summary>
    public Predicate<FrameHeader> Refuses { get; init; } = static _ => false;

    /// <summary>What is done at the end of each <see cref="Begin"/>.</summary>
    public Action OnBegin { get; init; } = static () => { };

    /// <summary>What is done in each <see cref="Complete"/>.</summary>
    public Action OnComplete { get; init; } = static () => { };

    /// <summary>The body that a silo writes.</summary>
    public FloatBuffer Body(SiloAddress from) => _bodies[from];

    public byte* Begin(SiloAddress from, in FrameHeader header)
    {
        if (Refuses(header))
        {
            _events.Add(new SinkEvent("begin", from, header, [], ""));
            return null;
        }

        FloatBuffer body = new(header.Bytes / sizeof(float));
        _bodies[from] = body;
        _events.Add(new SinkEvent("begin", from, header, [], ""));
        OnBegin();
        return (byte*)body.Pointer;
    }

    public void Complete(SiloAddress from, in FrameHeader header)
    {
        OnComplete();
        _events.Add(new SinkEvent("complete", from, header, _bodies[from].Span.ToArray(), ""));
    }

    public void Closed(SiloAddress from, string reason) => _events.Add(new SinkEvent("closed", from, default, [], reason));

    /// <summary>The next thing that it is told; waits for it.</summary>
    public SinkEvent Next(string what)
    {
        SinkEvent next = Any();
        Assert.Equal(what, next.What);
        return next;
    }

    /// <summary>The next thing that it is told, whatever it is.</summary>
    public SinkEvent Any()
    {
        Assert.True(_events.TryTake(out SinkEvent? next, (int)_patience.TotalMilliseconds, TestContext.Current.CancellationToken), "it was told nothing");
        return next;
    }

    /// <summary>It was told nothing that a test has not asked for.</summary>
    public void AssertNothing() => Assert.Empty(_events);

    public void Dispose() => _events.Dispose();
}
