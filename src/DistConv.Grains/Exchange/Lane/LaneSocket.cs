using System.Net.Sockets;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>
/// Blocking sockets. Nothing here uses an async form: it would make the descriptor non-blocking for good, and every read would cost two calls and a wake-up.
/// The sizes of the system's buffers are left to its auto-tuning.
/// </summary>
internal static class LaneSocket
{
    // A peer whose machine is gone closes nothing. The system finds out within half a minute, and a thread ends that would wait for it for ever.
    private const int KeepAliveSeconds = 15;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveRetries = 3;

    /// <summary>A TCP socket that is not connected.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <returns>The socket.</returns>
    public static Socket Create(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Prepares a connection: small frames are not held back, and a peer that is gone is noticed.</summary>
    /// <param name="socket">A socket.</param>
    public static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
    }

    /// <summary>Hands all bytes to the system.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="bytes">The bytes.</param>
    public static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes, SocketFlags.None)..];
    }

    /// <summary>Reads what there is, at least one byte.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="bytes">Where to; not empty.</param>
    /// <returns>Number of bytes; 0: the peer has closed the connection.</returns>
    public static int Receive(Socket socket, Span<byte> bytes)
    {
        LaneMeters.ReceiveCalled();
        return socket.Receive(bytes, SocketFlags.None);
    }

    /// <summary>Reads as many bytes as wanted.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="bytes">Where to.</param>
    /// <returns>Number of bytes; fewer than wanted: the peer has closed the connection.</returns>
    public static int ReceiveAll(Socket socket, Span<byte> bytes)
    {
        int done = 0;
        while (done < bytes.Length && Receive(socket, bytes[done..]) is var received and > 0) done += received;
        return done;
    }

    /// <summary>Whether an exception means that a connection has ended: by the peer, the network, or another thread of this process.</summary>
    /// <param name="exception">What a call to a socket threw.</param>
    /// <returns>False: it is a mistake of ours.</returns>
    public static bool IsBroken(Exception exception) => exception is SocketException or ObjectDisposedException;

    /// <summary>Why a connection ended.</summary>
    /// <param name="exception">What a call to a socket threw.</param>
    /// <returns>A part of a sentence.</returns>
    public static string Describe(Exception exception) =>
        exception is SocketException e ? $"the connection broke ({e.Message})" : "this silo closed the connection";
}
