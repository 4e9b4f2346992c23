using System.Net;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Metrics;
using Microsoft.Extensions.Logging;

namespace DistConv.Grains.Exchange;

/// <summary>
/// The way to another silo: its bulk lane, or Orleans's messages where the lane cannot be opened or has broken. A lane that broke is opened again after a
/// while. Frames that wait for the lane to open are sent when it has.
/// </summary>
internal sealed class PeerLink : IPeerLink
{
    private static readonly TimeSpan _connectLimit = TimeSpan.FromSeconds(3), _retryAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string _job;
    private readonly long _fence;
    private readonly SiloAddress _self, _peer;
    private readonly IWorkerService _worker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Queue<Frame> _waiting = new();
    private LaneSender? _lane;
    private bool _isConnecting, _isClosed;
    private long _brokeAt = long.MinValue;

    /// <summary>A way to a silo; the lane is opened with the first frame.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="self">This silo.</param>
    /// <param name="peer">The other silo.</param>
    /// <param name="worker">The other silo's worker.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the lane cannot be used.</param>
    public PeerLink(string job, long fence, SiloAddress self, SiloAddress peer, IWorkerService worker, TimeProvider time, ILogger logger)
    {
        (_job, _fence, _self, _peer) = (job, fence, self, peer);
        (_worker, _time, _logger) = (worker, time, logger);
    }

    /// <inheritdoc/>
    public void Send(FrameHeader header, FloatBuffer values, int first, Action<bool> sent)
    {
        Frame frame = new(header, values, first, sent);
        LaneSender? lane;
        lock (_lock)
        {
            lane = _lane is { IsBroken: false } ? _lane : null;
            if (lane is null && !_isClosed && !IsResting)
            {
                _waiting.Enqueue(frame);
                if (_isConnecting) return;
                _isConnecting = true;
                ConnectAsync().Ignore();
                return;
            }
        }

        if (lane is not null) SendOn(lane, frame);
        else SendMessageAsync(frame).Ignore();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LaneSender? lane;
        Frame[] waiting;
        lock (_lock)
        {
            _isClosed = true;
            (lane, _lane) = (_lane, null);
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (Frame frame in waiting) frame.Sent(false);
        lane?.Dispose();
    }

    /// <summary>Whether the lane broke a moment ago.</summary>
    private bool IsResting => _brokeAt != long.MinValue && _time.GetElapsedTime(_brokeAt) < _retryAfter;

    private unsafe void SendOn(LaneSender lane, Frame frame) => lane.Send(frame.Header, (byte*)(frame.Values.Pointer + frame.First), isSent =>
    {
        if (isSent)
        {
            Telemetry.AddSent(frame.Header.Bytes);
            frame.Sent(true);
            return;
        }

        Broke(lane.Reason ?? "it is closed");
        SendMessageAsync(frame).Ignore();
    });

    private async Task ConnectAsync()
    {
        LaneSender? lane = null;
        try
        {
            LaneOffer offer = await _worker.OpenLane(new LaneRequest(_job, _fence, _self));
            lane = await Task.Factory.StartNew(
                () => LaneSender.Connect(IPEndPoint.Parse(offer.Endpoint), new Guid(offer.Token), _self, _job, _fence, _connectLimit, key: offer.Key),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
#pragma warning disable CA1031 // Whatever it is: the frames travel as messages, and if the silo is lost its heartbeats tell.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Broke(e.Message.ReplaceLineEndings(" "));
        }

        Frame[] waiting;
        bool isClosed;
        lock (_lock)
        {
            isClosed = _isClosed;
            if (!isClosed) _lane = lane;
            _isConnecting = false;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (Frame frame in waiting)
        {
            if (isClosed) frame.Sent(false);
            else if (lane is not null) SendOn(lane, frame);
            else SendMessageAsync(frame).Ignore();
        }

        if (isClosed) lane?.Dispose();
    }

    private void Broke(string reason)
    {
        lock (_lock)
        {
            if (_isClosed || IsResting) return;
            _brokeAt = _time.GetTimestamp();
        }

        Log.LaneBroke(_logger, _job, _peer.Endpoint.ToString(), reason);
    }

    private async Task SendMessageAsync(Frame frame)
    {
        bool isSent = false;
        try
        {
            lock (_lock)
            {
                if (_isClosed) return;
            }

            byte[] header = new byte[FrameHeader.WireBytes];
            WithChecksum(frame).Write(header);
            GradientMessage body = GradientMessage.Chunk(frame.Values, frame.First, frame.Header.Bytes / sizeof(float));
            await _worker.PutFrame(new FrameMessage(_job, _fence, _self, header, body));
            isSent = true;
        }
#pragma warning disable CA1031 // The silo cannot be reached at all: its heartbeats tell, or the step's deadline.
        catch (Exception)
#pragma warning restore CA1031
        {
            isSent = false;
        }
        finally
        {
            frame.Sent(isSent);
        }
    }

    private static unsafe FrameHeader WithChecksum(Frame frame) => frame.Header with
    {
        Checksum = Training.Files.Crc32C.Of(new ReadOnlySpan<byte>(frame.Values.Pointer + frame.First, frame.Header.Bytes)),
    };

    private sealed record Frame(FrameHeader Header, FloatBuffer Values, int First, Action<bool> Sent);
}
