using System.Net;
using System.Net.Sockets;

namespace DistConv.Silo;

/// <summary>
/// A port of the loopback interface, kept for a silo that is about to listen there. Orleans listens on ports that others share (ReuseAddress), so two silos
/// with the same port would both start, and each get half of the other's connections. To who asks for any port the system gives none that is bound, and this
/// one is.
/// </summary>
internal sealed class LoopbackPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private LoopbackPort(int number)
    {
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, number));
    }

    /// <summary>The port.</summary>
    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Keeps a port.</summary>
    /// <param name="wanted">The port to take if it can be had; 0: any free one.</param>
    /// <returns>To be disposed when the silo listens.</returns>
    public static LoopbackPort Keep(int wanted)
    {
        try
        {
            return new LoopbackPort(wanted);
        }
        catch (SocketException e) when (wanted != 0 && IsTaken(e))
        {
            return new LoopbackPort(0);
        }
    }

    /// <summary>Whether a failure to start came from a port that another process had taken meanwhile.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>True when trying again with another port makes sense.</returns>
    public static bool IsTaken(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied }) return true;
            if (e is AggregateException all) return all.InnerExceptions.Any(IsTaken);
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
