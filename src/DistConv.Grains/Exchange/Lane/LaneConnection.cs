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
        Span<byte> wire = stackalloc byte[FrameHeader.WireBytes];
        while (true)
        {
            int received = LaneSocket.ReceiveAll(Socket, wire);
            if (received < wire.Length) return received == 0 ? "it closed the connection" : Cut;
            if (FrameHeader.Read(wire, out string problem) is not { } header) return problem;
            byte* body = admission.Sink.Begin(admission.From, header);
            if (body is null)
            {
                if (!Drop(header.Bytes)) return Cut;
                Telemetry.DroppedFrames.Add(1);
                continue;
            }

            if (ReadBody(body, header.Bytes) is not { } checksum) return Cut;
            if (checksum != header.Checksum)
            {
                Telemetry.ChecksumErrors.Add(1);
                return $"the checksum of a body is wrong ({header.Kind} of slice {header.Slice} at step {header.Step}): the network or a memory changed it";
            }

            admission.Sink.Complete(admission.From, header);
        }
    }

    /// <summary>Reads a body. Each piece is added to the checksum while it is in the cache.</summary>
    /// <returns>Its checksum; null: the peer has closed the connection.</returns>
    private uint? ReadBody(byte* body, int bytes)
    {
        uint checksum = 0;
        for (int done = 0; done < bytes;)
        {
            // SAFETY: the sink gave room for this many bytes, until it is told the end or Close has joined this thread.
            Span<byte> rest = new(body + done, bytes - done);
            int received = LaneSocket.Receive(Socket, rest);
            if (received == 0) return null;
            checksum = Crc32C.Append(checksum, rest[..received]);
            done += received;
        }

        return checksum;
    }

    private bool Drop(int bytes)
    {
        _dropped ??= new byte[DropBytes];
        while (bytes > 0)
        {
            int received = LaneSocket.Receive(Socket, _dropped.AsSpan(0, Math.Min(bytes, DropBytes)));
            if (received == 0) return false;
            bytes -= received;
        }

        return true;
    }
}
