using System.Net;
using System.Net.Sockets;

namespace DistConv.Cli.Tests.Support;

/// <summary>A server that accepts connections and never says anything.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _accepted = [];

    public SilentServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Whether anybody has connected.</summary>
    public bool WasReached
    {
        get
        {
            lock (_accepted) return _accepted.Count > 0;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_accepted) _accepted.ForEach(socket => socket.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                lock (_accepted) _accepted.Add(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has been disposed.
        }
    }
}
