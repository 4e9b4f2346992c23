using System.Net;
using System.Net.Sockets;

namespace DistConv.Tests.Shared;

/// <summary>Ports for servers of tests.</summary>
internal static class FreePort
{
    /// <summary>A port that nobody listens on at the moment, below those that the system gives to outgoing connections.</summary>
    public static int Next()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
