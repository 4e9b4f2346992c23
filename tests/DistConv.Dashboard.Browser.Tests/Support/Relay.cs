using System.Net;
using System.Net.Sockets;

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary>Stands between a browser and a dashboard, and can cut all connections as a pulled cable does.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly int _target;
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private readonly List<Task> _tasks = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Starts to relay.</summary>
    /// <param name="target">The dashboard's port.</param>
    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _tasks.Add(AcceptAsync(_listener));
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Closes every connection, and refuses new ones.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener.Stop();
            foreach (Socket socket in _open) socket.Close(0);
            _open.Clear();
        }
    }

    /// <summary>Accepts connections again.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            _listener = new TcpListener(IPAddress.Loopback, Port) { ExclusiveAddressUse = false };
            _listener.Start();
            _tasks.Add(AcceptAsync(_listener));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Cut();
        Task[] tasks;
        lock (_gate) tasks = [.. _tasks];
        await Task.WhenAll(tasks);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Socket caller = await listener.AcceptSocketAsync();
                Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await target.ConnectAsync(IPAddress.Loopback, _target);
                lock (_gate)
                {
                    _open.AddRange([caller, target]);
                    _tasks.AddRange([CopyAsync(caller, target), CopyAsync(target, caller)]);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count) await to.SendAsync(buffer.AsMemory(0, count));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side has gone.
        }
    }
}
