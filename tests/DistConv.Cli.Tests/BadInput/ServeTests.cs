using System.Net;
using System.Net.Sockets;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

public sealed class ServeTests : BadInputTest
{
    private const string Nowhere = "redis://127.0.0.1:1";

    [Theory]
    [InlineData("no cluster: give --cluster redis://HOST:PORT (or DISTCONV_CLUSTER)", "serve")]
    [InlineData("--host-membership and --cluster exclude each other", "serve", "--cluster", Nowhere, "--host-membership")]
    [InlineData("--host-membership is '0.0.0.0:6379': the others need one address", "serve", "--host-membership", "0.0.0.0:6379")]
    [InlineData("--host-membership is 'here': give ADDRESS:PORT", "serve", "--host-membership", "here")]
    [InlineData("--host-membership is '65536': the port is '65536'", "serve", "--host-membership", "65536")]
    [InlineData("the data folder 'nowhere' does not exist", "serve", "--host-membership", "--data-dir", "nowhere", "--insecure")]
    [InlineData("--cluster is 'localhost:6379': give redis://HOST:PORT", "serve", "--cluster", "localhost:6379")]
    [InlineData("--cluster is 'rediss://h': TLS is not supported", "serve", "--cluster", "rediss://h")]
    [InlineData("--cluster-id is 'a b'; give 1 to 64 letters", "serve", "--cluster", Nowhere, "--cluster-id", "a b")]
    [InlineData("--listen is '11111': give ADDRESS:PORT", "serve", "--cluster", Nowhere, "--listen", "11111")]
    [InlineData("--listen is '0.0.0.0:70000': the port is '70000'", "serve", "--cluster", Nowhere, "--listen", "0.0.0.0:70000")]
    [InlineData("--listen: this machine does not have the address 192.0.2.1", "serve", "--cluster", Nowhere, "--listen", "192.0.2.1:0",
        "--health", "none", "--insecure")]
    [InlineData("--advertise is '0.0.0.0': others cannot connect to it", "serve", "--cluster", Nowhere, "--advertise", "0.0.0.0")]
    [InlineData("--bulk-port is 'x': give ADDRESS:PORT", "serve", "--cluster", Nowhere, "--bulk-port", "x")]
    [InlineData("--bulk-port is '70000': the port is '70000'", "serve", "--cluster", Nowhere, "--bulk-port", "70000")]
    [InlineData("--bulk-port: this machine does not have the address 192.0.2.1", "serve", "--cluster", Nowhere, "--listen", "127.0.0.1:0",
        "--gateway-port", "0", "--bulk-port", "192.0.2.1:0", "--health", "none")]
    [InlineData("--bulk-advertise is '0.0.0.0:5': others cannot connect to it", "serve", "--cluster", Nowhere, "--bulk-advertise", "0.0.0.0:5")]
    [InlineData("the silo would listen on 0.0.0.0:11111 without TLS", "serve", "--cluster", Nowhere)]
    [InlineData("--insecure is 'perhaps'; give true or false", "serve", "--cluster", Nowhere, "--insecure", "perhaps")]
    [InlineData("the folder of certificates 'nowhere' does not exist", "serve", "--cluster", Nowhere, "--tls", "nowhere")]
    [InlineData("--gateway-port is 'x': the port is 'x'", "serve", "--cluster", Nowhere, "--gateway-port", "x")]
    [InlineData("--threads is '0'; give a whole number from 1 to 1024", "serve", "--cluster", Nowhere, "--threads", "0")]
    [InlineData("the data folder 'nowhere' does not exist", "serve", "--insecure", "--cluster", Nowhere, "--data-dir", "nowhere")]
    public Task Serve_mistake_isRefused(string fragment, params string[] args) => RefusesAsync([fragment], args);

    [Fact]
    public Task Serve_environmentMistake_namesTheVariable() =>
        RefusesAsync(["DISTCONV_CLUSTER is 'redis://': give redis://HOST:PORT"], ["serve"], new() { ["DISTCONV_CLUSTER"] = "redis://" });

    [Fact]
    public async Task Serve_settingsFileMistake_namesTheSetting()
    {
        Folder.Write("appsettings.json", """{ "DistConv": { "Clusters": "redis://localhost" } }""");
        await RefusesAsync(["appsettings.json sets DistConv:Clusters, which does not exist", "Cluster"], ["serve"]);
        Folder.Write("appsettings.json", """{ "DistConv": { "Cluster": "redis://localhost", "Threads": "many" } }""");
        await RefusesAsync(["appsettings.json's DistConv:Threads is 'many'"], ["serve"]);
        Folder.Write("appsettings.json", """{ "DistConv": """);
        await RefusesAsync(["appsettings.json cannot be read"], ["serve"]);
    }

    [Fact]
    public async Task Serve_storeUnderAFile_isRefused()
    {
        string file = Folder.Write("file", "");
        await RefusesAsync(["the store", "cannot be written"], ["serve", "--insecure", "--cluster", Nowhere, "--store", Path.Combine(file, "store")]);
    }

    [Fact]
    public async Task Serve_healthPortTaken_isRefused()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await RefusesAsync([$"--health: port {port} of 127.0.0.1 is taken"], ["serve", "--insecure", "--cluster", Nowhere, "--health", $"127.0.0.1:{port}"]);
    }
}
