using System.Globalization;
using System.Net;
using DistConv.Client.Clusters;
using DistConv.Silo.Cluster;
using DistConv.Tests.Shared;
using Garnet;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>A silo of a cluster that cannot join.</summary>
public sealed class ClusterSiloStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task StartAsync_serverRefusesScripts_saysSoInOneLine()
    {
        int port = FreePort.Next();
        // The server that a silo hosts, without its scripts; a Redis whose EVAL was renamed or forbidden answers in the same way.
        using GarnetServer server = new(["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--disable-console-logger", "-q"]);
        server.Start();
        ClusterSiloOptions options = new(new ClusterAddress("127.0.0.1", port), Path.Combine(_folder, "store"), Threads: 1)
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            GatewayPort = 0,
        };

        ClusterUnavailableException e = await Assert.ThrowsAsync<ClusterUnavailableException>(
            () => ClusterSilo.StartAsync(options, TestContext.Current.CancellationToken));

        Assert.StartsWith(
            $"Redis at redis://127.0.0.1:{port} does not run Lua scripts, which silos need to join a cluster: permit the commands EVAL and EVALSHA there, "
                + "or set the cluster address to another server (",
            e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
