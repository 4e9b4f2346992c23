using System.Net;
using System.Net.Sockets;
using DistConv.Grains.Exchange.Lane;

namespace DistConv.Grains.Tests.Lane;

/// <summary>The other end of a connection, which sends what it likes.</summary>
internal sealed class RawPeer : IDisposable
{
    private const int PatienceMilliseconds = 60_000;

    private readonly Socket _socket;

    private RawPeer(Socket socket)
    {
        _socket = socket;
        _socket.ReceiveTimeout = PatienceMilliseconds;
        _socket.NoDelay = true;
    }

    /// <summary>Connects.</summary>
    public static RawPeer Connect(IPEndPoint to)
    {
        RawPeer peer = new(new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        peer._socket.Connect(to);
        return peer;
    }

    /// <summary>Accepts a connection, answers its hello, and then does nothing.</summary>
    public static RawPeer Accept(Socket listening, LaneAnswer answer, int helloBytes)
    {
        RawPeer peer = new(listening.Accept());
        LaneSocket.ReceiveAll(peer._socket, new byte[helloBytes]);
        byte[] reply = new byte[LaneReply.WireBytes];
        new LaneReply(answer).Write(reply);
        peer.Send(reply);
        return peer;
    }

    /// <summary>Sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes) => LaneSocket.SendAll(_socket, bytes);

    /// <summary>Sends a header.</summary>
    public void Send(FrameHeader header)
    {
        byte[] wire = new byte[FrameHeader.WireBytes];
        header.Write(wire);
        Send(wire);
    }

    /// <summary>Reads the answer to a hello.</summary>
    /// <returns>Null: the connection ended without one.</returns>
    public LaneReply? Reply()
    {
        byte[] wire = new byte[LaneReply.WireBytes];
        try
        {
            return LaneSocket.ReceiveAll(_socket, wire) == wire.Length ? LaneReply.Read(wire) : null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    /// <summary>Sends as long as the other end takes it.</summary>
    /// <returns>False: the connection has ended.</returns>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Send(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
