using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>distconv serve</c> with a real Redis server.</summary>
public sealed partial class ServeProcessTests : IDisposable
{
    private static readonly string[] _freePorts = ["--listen", "127.0.0.1:0", "--gateway-port", "0", "--health", "127.0.0.1:0", "--threads", "1"];
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_terminated_wasReadyAndEndsWith0()
    {
        RequireTools();
        await using RedisServer redis = await RedisServer.StartAsync(Token);
        using Served silo = Serve(["--cluster", redis.Address, .. _freePorts]);
        string line = await silo.Ready;
        Assert.Contains($"cluster 'distconv' at {redis.Address}, store {_folder["distconv-jobs"]}, 1 thread", line, StringComparison.Ordinal);
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
    public async Task Serve_redisComesBackWithItsData_staysAndWithout_endsWith1()
    {
        RequireTools();
        await using RedisServer redis = await RedisServer.StartAsync(Token);
        using Served silo = Serve([.. _freePorts], new() { ["DISTCONV_CLUSTER"] = redis.Address });
        using HttpClient http = new() { BaseAddress = new Uri(HealthAddress().Match(await silo.Ready).Value) };
        redis.Kill();
        await redis.RestartAsync(keepData: true, Token);
        Assert.True(await http.GetAsync(new Uri("/health/ready", UriKind.Relative), Token) is { IsSuccessStatusCode: true });
        await redis.RestartAsync(keepData: false, Token);
        ProcessResult result = await silo.Process.WaitAsync();
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("does not know this silo any more", result.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_portOfARunningSilo_endsWith2()
    {
        RequireTools();
        await using RedisServer redis = await RedisServer.StartAsync(Token);
        using Served silo = Serve(["--cluster", redis.Address, .. _freePorts]);
        string taken = (await silo.Ready).Split(' ')[1];
        using DistConvProcess second = DistConvProcess.Start(_folder.FullPath, null, ["serve", "--cluster", redis.Address, "--listen", taken, .. _freePorts[2..]]);
        ProcessResult result = await second.WaitAsync();
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains($"--listen: port {taken.Split(':')[1]} of 127.0.0.1 is taken", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static void RequireTools()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        Assert.SkipUnless(RedisServer.IsInstalled, RedisServer.Missing);
    }

    private static async Task SignalAsync(DistConvProcess process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(Token);
    }

    private Served Serve(string[] args, Dictionary<string, string>? environment = null)
    {
        TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DistConvProcess process = DistConvProcess.Start(_folder.FullPath, environment, ["serve", .. args], line =>
        {
            if (line.Contains(" is ready: ", StringComparison.Ordinal)) ready.TrySetResult(line);
            return Task.CompletedTask;
        });
        _ = process.WaitAsync().ContinueWith(ended => ready.TrySetException(new InvalidOperationException($"{ended.Result}")), TaskScheduler.Default);
        return new Served(process, ready.Task);
    }

    [GeneratedRegex("http://.*$")]
    private static partial Regex HealthAddress();

    private sealed record Served(DistConvProcess Process, Task<string> Ready) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }
}
