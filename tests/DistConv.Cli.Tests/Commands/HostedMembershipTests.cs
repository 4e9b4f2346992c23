using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>A cluster whose first silo hosts the list of silos: real processes, and no server besides them.</summary>
public sealed class HostedMembershipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostedMembershipTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_aSiloIsKilled_endsWithTheBitsOfALocalRun()
    {
        using ServedSilo host = Host(0);
        string address = (await host.LineAsync("hosts the list of silos at ")).Split(' ')[^1];
        Assert.Equal(
            $"this silo hosts the list of silos at {address}, for this machine only; others join by: distconv serve --cluster {address}", host.Lines[0]);
        await host.ReadyAsync();
        int bulkPort = FreePort.Next();
        using ServedSilo other = Join(address, "--bulk-port", $"{bulkPort}", "--bulk-advertise", $"127.0.0.1:{bulkPort}");
        Assert.Contains($", bulk port {bulkPort}", await other.ReadyAsync(), StringComparison.Ordinal);
        using (TcpClient peer = new()) await peer.ConnectAsync(IPAddress.Loopback, bulkPort, TestContext.Current.CancellationToken);
        Assert.Equal(await LocalDigestAsync(), await TrainAsync(address, "killed", inSecondEpoch: () =>
        {
            other.Process.Kill();
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task Serve_hostIsKilledAndComesBack_jobGoesOnMeanwhileAndSilosJoinAfterwards()
    {
        int port = FreePort.Next();
        string address = $"redis://127.0.0.1:{port}";
        using ServedSilo host = Host(port);
        await host.ReadyAsync();
        using ServedSilo other = Join(address);
        await other.ReadyAsync();
        ServedSilo? late = null;
        string local = await LocalDigestAsync();
        try
        {
            Assert.Equal(local, await TrainAsync(address, "alone", inSecondEpoch: async () =>
            {
                host.Process.Kill();
                late = Join(address);
                await late.LineAsync($"Redis at {address} does not answer; waiting for it");
            }));

            using ServedSilo again = Host(port);
            await again.ReadyAsync();
            await late!.ReadyAsync();
            Assert.Equal(local, await TrainAsync(address, "together", silos: 3));
            Assert.DoesNotContain(other.Lines, line => line.Contains("does not know this silo", StringComparison.Ordinal));
        }
        finally
        {
            late?.Dispose();
        }
    }

    [Fact]
    public async Task Serve_aSecondHostOverOneStore_isRefused()
    {
        using ServedSilo host = Host(0);
        await host.ReadyAsync();
        using ServedSilo second = Host(0);
        ProcessResult result = await second.Process.WaitAsync();
        Assert.True(result.ExitCode == 2, result.ToString());
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("distconv: another silo already hosts the list of silos in ", line, StringComparison.Ordinal);
        Assert.EndsWith(": join its cluster instead of hosting a second list", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_portOfTheListIsTaken_isRefused()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using ServedSilo host = Host(port);
        ProcessResult result = await host.Process.WaitAsync();
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains($"the list of silos: port {port} of 127.0.0.1 is taken by another process", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static string Digest(ProcessResult result, int? silos)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        JsonElement json = JsonDocument.Parse(result.OutputLines[^1]).RootElement;
        if (silos is not null) Assert.Equal(silos, json.GetProperty("silos").GetInt32());
        return json.GetProperty("weightsDigest").GetString()!;
    }

    private ServedSilo Host(int port) => Serve("--host-membership", $"{port}");

    private ServedSilo Join(string address, params string[] args) => Serve(["--cluster", address, .. args]);

    private ServedSilo Serve(params string[] args) => new(_folder.FullPath, null, [.. args, "--store", _folder["silos"], "--data-dir", _folder["data"]]);

    private async Task<string> LocalDigestAsync() =>
        Digest(await DistConvProcess.RunAsync(_folder.FullPath, ["train", .. ServedCluster.Tiny, "--steps", "3000", "--json", "--quiet"]), silos: 1);

    /// <summary>Trains in the cluster, and does something to it in the second epoch.</summary>
    /// <returns>The digest of the weights.</returns>
    private async Task<string> TrainAsync(string address, string job, int? silos = null, Func<Task>? inSecondEpoch = null)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] args = ["train", .. ServedCluster.Tiny, "--steps", "3000", "--job", job, "--cluster", address, "--json"];
        using DistConvProcess client = DistConvProcess.Start(_folder.FullPath, null, args, line =>
        {
            if (line.StartsWith("epoch 2/", StringComparison.Ordinal)) reached.TrySetResult();
            return Task.CompletedTask;
        });
        Task<ProcessResult> ended = client.WaitAsync();
        Assert.True(await Task.WhenAny(reached.Task, ended) == reached.Task || ended.Result.ExitCode == 0, ended.IsCompleted ? $"{ended.Result}" : "");
        if (inSecondEpoch is not null) await inSecondEpoch();
        return Digest(await ended, silos);
    }
}
