using System.Net;
using System.Net.Sockets;
using DistConv.Training.Files;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>
/// A connection to another silo for one job, and the thread that sends its frames, in their order and straight from the caller's memory. Safe for several
/// threads.
/// </summary>
internal sealed unsafe class LaneSender : IDisposable
{
    /// <summary>The most bytes that wait for a peer, unless the caller names another number: 1 GiB.</summary>
    public const long DefaultMaxOutstandingBytes = 1L << 30;

    private readonly object _gate = new();
    private readonly Queue<Frame> _queue = new();
    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly long _maxOutstandingBytes;
    private readonly FrameSeal? _seal;
    private readonly byte[] _sealed;
    private long _outstandingBytes;
    private volatile string? _reason;

    private LaneSender(Socket socket, IPEndPoint peer, long maxOutstandingBytes, byte[]? key)
    {
        (_socket, _maxOutstandingBytes) = (socket, maxOutstandingBytes);
        _seal = key is null ? null : new FrameSeal(key);
        _sealed = new byte[key is null ? 0 : FrameSeal.TagBytes + FrameSeal.PieceBytes];
        _thread = new Thread(Run) { IsBackground = true, Name = $"DistConv lane to {peer}" };
        _thread.Start();
    }

    /// <summary>Bytes of frames, headers included, that were given to <see cref="Send"/> and that the system has not taken.</summary>
    public long OutstandingBytes => Volatile.Read(ref _outstandingBytes);

    /// <summary>Whether the connection has ended, so far as this silo knows: a peer's end is noticed by the next frame.</summary>
    public bool IsBroken => _reason is not null;

    /// <summary>Why it has ended, as a part of a sentence; null: it has not.</summary>
    public string? Reason => _reason;

    /// <summary>Connects and says hello; blocks until the peer has answered.</summary>
    /// <param name="peer">Where the peer's lane is reached.</param>
    /// <param name="token">The token that the peer gave for this connection.</param>
    /// <param name="self">This silo.</param>
    /// <param name="job">The job's id.</param>
    /// <param name="fence">The coordinator's fence.</param>
    /// <param name="timeout">How long all of this may take.</param>
    /// <param name="maxOutstandingBytes">How many bytes may wait for the peer. One frame may have more.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="key">Seals the frames (see <see cref="FrameSeal"/>); null: they travel as they are, with a checksum.</param>
    /// <returns>A lane that is open; the caller disposes it.</returns>
    /// <exception cref="LaneException">The peer is not reached in time, or refuses.</exception>
    public static LaneSender Connect(
        IPEndPoint peer, Guid token, SiloAddress self, string job, long fence, TimeSpan timeout,
        long maxOutstandingBytes = DefaultMaxOutstandingBytes, TimeProvider? time = null, byte[]? key = null)
    {
        byte[] hello = new LaneHello(token, self.ToParsableString(), job, fence).ToBytes();
        Socket socket = LaneSocket.Create(peer.AddressFamily);
        using HandshakeLimit limit = new(socket, timeout, time ?? TimeProvider.System);
        string? problem;
        try
        {
            LaneSocket.Configure(socket);
            socket.Connect(peer);
            LaneSocket.SendAll(socket, hello);
            problem = Refusal(socket);
            if (problem is null) return new LaneSender(socket, peer, maxOutstandingBytes, key);
        }
        catch (Exception e) when (LaneSocket.IsBroken(e))
        {
            socket.Dispose();
            problem = limit.IsOver ? $"no answer within {timeout.TotalSeconds:0.###} s" : LaneSocket.Describe(e);
            throw new LaneException($"the lane to {peer} cannot be opened: {problem}", e);
        }

        socket.Dispose();
        throw new LaneException($"the lane to {peer} cannot be opened: {problem}");
    }

    /// <summary>
    /// Sends a frame; returns at once. A frame that would exceed the bytes that may wait breaks the connection: a peer that reads so little is of no use to a
    /// step.
    /// </summary>
    /// <param name="header">Its header. The checksum is computed here.</param>
    /// <param name="body">Its bytes; valid and unchanged until <paramref name="sent"/> is called.</param>
    /// <param name="sent">Called once and must not throw. True: the system has the frame, which does not mean that the peer has. False: it is not sent, as the
    /// connection is broken; if it is broken already, <paramref name="sent"/> is called here and not on the sender's thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or not a multiple of 4.</exception>
    public void Send(in FrameHeader header, byte* body, Action<bool> sent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(header.Bytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(header.Bytes % sizeof(float), 0, nameof(header));
        if (Enqueue(new Frame(header, body, sent))) return;
        _socket.Dispose(); // A send that blocks returns.
        sent(false);
    }

    /// <summary>Closes the connection, whatever the peer does, and waits for the end of the thread. Frames that are not sent are told so.</summary>
    public void Dispose()
    {
        Break("it was closed by this silo");
        if (Thread.CurrentThread != _thread) _thread.Join(); // From sent, the thread ends after the call.
    }

    /// <summary>Reads the answer.</summary>
    /// <returns>Null: accepted. Otherwise why not.</returns>
    private static string? Refusal(Socket socket)
    {
        Span<byte> wire = stackalloc byte[LaneReply.WireBytes];
        if (LaneSocket.ReceiveAll(socket, wire) < wire.Length) return "it closed the connection without an answer";
        return LaneReply.Read(wire) switch
        {
            null => "what listens there is not a lane",
            { Answer: LaneAnswer.Accepted } => null,
            { } reply => reply.Reason,
        };
    }

    private bool Enqueue(in Frame frame)
    {
        lock (_gate)
        {
            if (_outstandingBytes > 0 && _outstandingBytes + frame.Header.FrameBytes > _maxOutstandingBytes)
                _reason ??= $"the peer does not read: {_outstandingBytes:N0} bytes wait for it, and at most {_maxOutstandingBytes:N0} may";
            if (_reason is null)
            {
                _outstandingBytes += frame.Header.FrameBytes;
                _queue.Enqueue(frame);
            }

            Monitor.Pulse(_gate);
            return _reason is null;
        }
    }

    private void Break(string reason)
    {
        lock (_gate)
        {
            _reason ??= reason;
            Monitor.Pulse(_gate);
        }

        _socket.Dispose();
    }

    private void Run()
    {
        using IDisposable? clock = Telemetry.ExchangeThreads.Enter();
        using FrameSeal? seal = _seal;
        while (Next() is { } frame)
        {
            bool isSent = _reason is null && TrySend(frame);
            lock (_gate) _outstandingBytes -= frame.Header.FrameBytes;
            frame.Sent(isSent);
        }
    }

    /// <summary>The next frame; null: the connection has ended, and all frames have been told.</summary>
    private Frame? Next()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_reason is not null) return null;
                Monitor.Wait(_gate);
            }

            return _queue.Dequeue();
        }
    }

    private bool TrySend(in Frame frame)
    {
        // SAFETY: the caller keeps the body until it is told.
        ReadOnlySpan<byte> body = new(frame.Body, frame.Header.Bytes);
        Span<byte> wire = stackalloc byte[FrameHeader.WireBytes];
        (frame.Header with { Checksum = _seal is null ? Crc32C.Of(body) : 0 }).Write(wire); // A seal has tags instead.
        try
        {
            // A peer says nothing after its answer: what can be read is the end of the connection.
            if (_socket.Poll(0, SelectMode.SelectRead))
            {
                Break("the peer closed it");
                return false;
            }

            if (_seal is { } seal)
            {
                SendSealed(seal, wire);
                SendSealed(seal, body);
            }
            else
            {
                LaneSocket.SendAll(_socket, wire);
                LaneSocket.SendAll(_socket, body);
            }

            return true;
        }
        catch (Exception e) when (LaneSocket.IsBroken(e))
        {
            Break(LaneSocket.Describe(e));
            return false;
        }
    }

    private void SendSealed(FrameSeal seal, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, FrameSeal.PieceBytes)];
            Span<byte> wire = _sealed.AsSpan(0, FrameSeal.TagBytes + piece.Length);
            seal.Seal(piece, wire);
            LaneSocket.SendAll(_socket, wire);
            bytes = bytes[piece.Length..];
        }
    }

    private readonly struct Frame(in FrameHeader header, byte* body, Action<bool> sent)
    {
        public FrameHeader Header { get; } = header;

        public byte* Body { get; } = body;

        public Action<bool> Sent { get; } = sent;
    }
}
