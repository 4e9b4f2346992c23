using System.Net.Sockets;
using DistConv.Training.Files;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>A connection that another silo opened, and the thread that reads it. Bodies are read straight to where the sink wants them.</summary>
internal sealed unsafe class LaneConnection
{
    private const int DropBytes = 64 * 1024;
    private const string Cut = "it closed the connection in the middle of a frame";

    private readonly Thread _thread;
    private volatile string? _closed;
    private byte[]? _dropped;

    /// <summary>A connection whose thread is not started.</summary>
    /// <param name="socket">The accepted socket; the connection closes it.</param>
    /// <param name="run">What the thread does.</param>
    public LaneConnection(Socket socket, Action<LaneConnection> run)
    {
        Socket = socket;
        _thread = new Thread(() => run(this)) { IsBackground = true, Name = $"DistConv lane from {socket.RemoteEndPoint}" };
    }

    /// <summary>The socket, blocking.</summary>
    public Socket Socket { get; }

    /// <summary>What the connection was admitted for; null: it has not been admitted.</summary>
    public LaneAdmission? Admission { get; set; }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the connection; the thread's blocking call returns. Any thread may.</summary>
    /// <param name="reason">What the sink is told, as a part of a sentence; empty: the sink is not told.</param>
    public void Close(string reason = "")
    {
        _closed ??= reason;
        Socket.Dispose();
    }

    /// <summary>Waits for the end of the thread: from then on it calls no sink, and writes no body. Not from a sink's call.</summary>
    public void Join() => _thread.Join();

    /// <summary>Reads frames until the connection ends, and tells the sink why it did.</summary>
    /// <param name="admission">What the connection was admitted for.</param>
    public void ReceiveFrames(LaneAdmission admission)
    {
        string reason;
        try
        {
            reason = Receive(admission);
        }
        catch (Exception e) when (LaneSocket.IsBroken(e))
        {
            reason = LaneSocket.Describe(e);
        }
#pragma warning disable CA1031 // A sink that fails loses this connection, and not the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            reason = $"its frame could not be taken ({e.Message})";
        }

        Socket.Dispose();
        reason = _closed ?? reason;
        if (reason.Length > 0) admission.Sink.Closed(admission.From, reason);
    }

    /// <summary>Reads frames until the peer closes the connection or sends what is not a frame.</summary>
    private string Receive(LaneAdmission admission)
    {
        using FrameSeal? seal = admission.Key is { } key ? new FrameSeal(key) : null;
        Span<byte> wire = stackalloc byte[FrameSeal.TagBytes + FrameHeader.WireBytes];
        wire = wire[(seal is null ? FrameSeal.TagBytes : 0)..];
        while (true)
        {
            int received = LaneSocket.ReceiveAll(Socket, wire);
            if (received < wire.Length) return received == 0 ? "it closed the connection" : Cut;
            Span<byte> plain = wire[^FrameHeader.WireBytes..];
            if (seal is not null && !seal.TryOpen(wire[..FrameSeal.TagBytes], plain)) return FrameSeal.Broken;
            if (FrameHeader.Read(plain, out string problem) is not { } header) return problem;
            byte* body = admission.Sink.Begin(admission.From, header);
            string? broken = body is null ? Drop(seal, header.Bytes) : seal is null ? ReadBody(body, header) : ReadSealed(seal, body, header.Bytes);
            if (broken is not null) return broken;
            if (body is null)
            {
                Telemetry.DroppedFrames.Add(1);
                continue;
            }

            admission.Sink.Complete(admission.From, header);
        }
    }

    /// <summary>Reads a body. Each piece is added to the checksum while it is in the cache.</summary>
    /// <returns>What is wrong, or null.</returns>
    private string? ReadBody(byte* body, in FrameHeader header)
    {
        uint checksum = 0;
        for (int done = 0; done < header.Bytes;)
        {
            // SAFETY: the sink gave room for this many bytes, until it is told the end or Close has joined this thread.
            Span<byte> rest = new(body + done, header.Bytes - done);
            int received = LaneSocket.Receive(Socket, rest);
            if (received == 0) return Cut;
            checksum = Crc32C.Append(checksum, rest[..received]);
            done += received;
        }

        if (checksum == header.Checksum) return null;
        Telemetry.ChecksumErrors.Add(1);
        return $"the checksum of a body is wrong ({header.Kind} of slice {header.Slice} at step {header.Step}): the network or a memory changed it";
    }

    /// <summary>Reads a sealed body, and opens each piece in its place.</summary>
    /// <returns>What is wrong, or null.</returns>
    private string? ReadSealed(FrameSeal seal, byte* body, int bytes)
    {
        for (int done = 0; done < bytes; done += FrameSeal.PieceBytes)
        {
            // SAFETY: as above.
            Span<byte> piece = new(body + done, Math.Min(bytes - done, FrameSeal.PieceBytes));
            if (ReadPiece(seal, piece) is { } broken) return broken;
        }

        return null;
    }

    private string? ReadPiece(FrameSeal seal, Span<byte> piece)
    {
        Span<byte> tag = stackalloc byte[FrameSeal.TagBytes];
        if (LaneSocket.ReceiveAll(Socket, tag) < tag.Length || LaneSocket.ReceiveAll(Socket, piece) < piece.Length) return Cut;
        if (seal.TryOpen(tag, piece)) return null;
        Telemetry.ChecksumErrors.Add(1);
        return FrameSeal.Broken;
    }

    /// <summary>Reads a body that nobody wants.</summary>
    /// <returns>What is wrong, or null.</returns>
    private string? Drop(FrameSeal? seal, int bytes)
    {
        int most = seal is null ? DropBytes : FrameSeal.PieceBytes;
        _dropped ??= new byte[most];
        while (bytes > 0)
        {
            Span<byte> piece = _dropped.AsSpan(0, Math.Min(bytes, most));
            if (seal is not null && ReadPiece(seal, piece) is { } broken) return broken;
            int received = seal is null ? LaneSocket.Receive(Socket, piece) : piece.Length;
            if (received == 0) return Cut;
            bytes -= received;
        }

        return null;
    }
}
