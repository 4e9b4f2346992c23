using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DistConv.Client.Clusters;
using DistConv.Tests.Shared;
using Garnet;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Connections to the server that keeps a cluster's list of silos.</summary>
public sealed class RedisConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_cancelledBeforeTheServerAnswers_closesTheConnectionThatIsMadeAfterThat()
    {
        int port = FreePort.Next();
        using GarnetServer server = new(["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--disable-console-logger", "-q"]);
        server.Start();
        using TcpListener gate = new(IPAddress.Loopback, 0);
        gate.Start();
        using CancellationTokenSource cancel = new();
        ClusterAddress address = new("127.0.0.1", ((IPEndPoint)gate.LocalEndpoint).Port);
        Task connecting = RedisConnection.ConnectAsync(address, cancel.Token);
        TcpClient first = await gate.AcceptTcpClientAsync(Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);

        Task closed = RelayAsync(first, port), others = RelayAllAsync(gate, port);
        await closed.WaitAsync(TimeSpan.FromSeconds(60), Token);
        gate.Stop();
        await others;
    }

    private static async Task RelayAllAsync(TcpListener gate, int port)
    {
        List<Task> relays = [];
        try
        {
            while (true) relays.Add(RelayAsync(await gate.AcceptTcpClientAsync(Token), port));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays); // The gate is closed.
        }
    }

    /// <summary>Passes on what both sides say.</summary>
    /// <returns>When one of them has closed the connection.</returns>
    private static async Task RelayAsync(TcpClient client, int port)
    {
        using (client)
        using (TcpClient server = new("127.0.0.1", port))
        {
            Task closed = await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream(), Token), server.GetStream().CopyToAsync(client.GetStream(), Token));
            await closed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
