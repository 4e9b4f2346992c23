using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DistConv.Cli.Running;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Running;

/// <summary>The program as a silo of its own cluster.</summary>
public sealed class ChildSiloTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<bool> Programs { get; } = [false, true];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Train_twoSilos_startsItselfHoweverItWasStarted(bool executable)
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
        string[] args =
            ["train", "--data", "idx:data", "--model", "tiny.json", "--batch", "10", "--steps", "3", "--silos", "2", "--threads", "1", "--json", "--quiet"];
        using DistConvProcess process = DistConvProcess.Start(
            _folder.FullPath, null, args, program: executable ? DistConvProcess.Executable : DistConvProcess.Assembly);
        ProcessResult result = await process.WaitAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        int[] silos = [.. JsonDocument.Parse(result.OutputLines[^1]).RootElement.GetProperty("siloProcesses").EnumerateArray()
            .Select(silo => silo.GetProperty("pid").GetInt32())];
        Assert.Equal(process.Id, silos[0]);
        Assert.Equal(2, silos.Distinct().Count());
    }

    [Fact]
    public async Task Child_settings_joinsAtItsParentsWordAndEndsWithItsInput()
    {
        int port;
        using (TcpListener listener = new(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        ProcessStartInfo start = new(DistConvProcess.Assembly[0], [.. DistConvProcess.Assembly[1..], SiloProcess.Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(
            new { Port = port, PrimaryPort = port, ClusterId = $"test-{port}", StoreDirectory = _folder["store"], Threads = 1 }));
        Assert.Equal("ready to join", await child.StandardOutput.ReadLineAsync(Token));
        Task<string?> next = child.StandardOutput.ReadLineAsync(Token).AsTask();
        Assert.False(next.IsCompleted);
        await child.StandardInput.WriteLineAsync("join");
        Assert.StartsWith($"silo 127.0.0.1:{port}@", await next, StringComparison.Ordinal);
        child.StandardInput.Close();
        await child.WaitForExitAsync(Token);
        Assert.Equal(0, child.ExitCode);
    }
}
