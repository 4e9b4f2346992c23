using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>distconv serve</c> with a real server for the list of silos.</summary>
public sealed partial class ServeProcessTests : IDisposable
{
    private static readonly string[] _withHealth = ["--health", "127.0.0.1:0"];
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_terminated_wasReadyAndEndsWith0()
    {
        RequireSignals();
        await using ListServer list = await ListServer.StartAsync(_folder["list"], Token);
        using ServedSilo silo = Serve(["--cluster", list.Url]);
        string line = await silo.ReadyAsync();
        Assert.Contains($"cluster 'distconv' at {list.Url}, store {_folder["distconv-jobs"]}, 1 thread", line, StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = new Uri(HealthAddress().Match(line).Value) };
        foreach (string path in (string[])["/health/live", "/health/ready"])
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal($$"""{"silo":"{{line.Split(' ')[1]}}","status":"active","jobs":[]}""", await response.Content.ReadAsStringAsync(Token));
        }

        using HttpResponseMessage other = await http.GetAsync(new Uri("/", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        await SignalAsync(silo.Process, "TERM");
        ProcessResult result = await silo.Process.WaitAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Empty(result.Output);
        Assert.Equal(2, result.ErrorLines.Length); // Ready; drains.
    }

    [Fact]
    public async Task Serve_listComesBackWithItsData_staysAndWithout_endsWith1()
    {
        RequireSignals();
        await using ListServer list = await ListServer.StartAsync(_folder["list"], Token);
        using ServedSilo silo = Serve([], new() { ["DISTCONV_CLUSTER"] = list.Url });
        using HttpClient http = new() { BaseAddress = new Uri(HealthAddress().Match(await silo.ReadyAsync()).Value) };
        await list.KillAsync();
        await list.StartAsync(Token);
        Assert.True(await http.GetAsync(new Uri("/health/ready", UriKind.Relative), Token) is { IsSuccessStatusCode: true });
        await list.KillAsync();
        list.LoseData();
        await list.StartAsync(Token);
        ProcessResult result = await silo.Process.WaitAsync();
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("does not know this silo any more", result.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_portOfARunningSilo_endsWith2()
    {
        RequireSignals();
        await using ListServer list = await ListServer.StartAsync(_folder["list"], Token);
        using ServedSilo silo = Serve(["--cluster", list.Url]);
        string taken = (await silo.ReadyAsync()).Split(' ')[1];
        using ServedSilo second = Serve(["--cluster", list.Url, "--listen", taken]);
        ProcessResult result = await second.Process.WaitAsync();
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains($"--listen: port {taken.Split(':')[1]} of 127.0.0.1 is taken", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static void RequireSignals()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
    }

    private static async Task SignalAsync(DistConvProcess process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(Token);
    }

    private ServedSilo Serve(string[] args, Dictionary<string, string>? environment = null) => new(_folder.FullPath, environment, [.. _withHealth, .. args]);

    [GeneratedRegex("http://.*$")]
    private static partial Regex HealthAddress();
}
