using System.Net.Sockets;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>Closes a socket whose handshake takes too long, so that the blocking call on it returns: a total limit, also for a peer that sends a byte now and
/// then.</summary>
internal sealed class HandshakeLimit : IDisposable
{
    private readonly ITimer _timer;
    private volatile bool _isOver;

    /// <summary>Starts the limit.</summary>
    /// <param name="socket">The socket to close.</param>
    /// <param name="limit">When.</param>
    /// <param name="time">The clock.</param>
    public HandshakeLimit(Socket socket, TimeSpan limit, TimeProvider time) => _timer = time.CreateTimer(
        _ =>
        {
            _isOver = true;
            socket.Dispose();
        },
        state: null, limit, Timeout.InfiniteTimeSpan);

    /// <summary>Whether it has closed the socket.</summary>
    public bool IsOver => _isOver;

    /// <summary>Ends the limit: the handshake is done.</summary>
    public void Dispose() => _timer.Dispose();
}
