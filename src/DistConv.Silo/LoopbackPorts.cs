using System.Net;
using System.Net.Sockets;

namespace DistConv.Silo;

/// <summary>Ports on the loopback interface that nobody uses.</summary>
internal static class LoopbackPorts
{
    /// <summary>A port that was free a moment ago: another process may take it before the caller does.</summary>
    /// <returns>The port.</returns>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
}
