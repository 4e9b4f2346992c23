using System.Globalization;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Silo.Embedded;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary>Processes of a running job that are killed for real.</summary>
public sealed class KillTests : IDisposable
{
    private const string Endless = "100000000";

    private readonly TemporaryFolder _folder = new();
    private readonly ClusterRun _run;

    public KillTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        _run = new ClusterRun(_folder);
        ClusterRun.WriteTiny(_folder);
    }

    private static string[] Train => ["train", .. ClusterRun.Tiny, "--steps", Endless, "--silos", "3", "--job", "j"];

    public void Dispose() => _folder.Dispose();

    /// <summary>With batch normalisation: the step that is computed again moves the averages once.</summary>
    [Fact]
    public async Task Train_childIsKilled_goesOnWithTheQuietBits()
    {
        const string flatten = """{"type": "flatten"}""";
        _folder.Write("tiny.json", TinyData.Model.Replace(flatten, $$"""{"type": "batchnorm"}, {{flatten}}""", StringComparison.Ordinal));
        int killed = 0;
        using DistConvProcess process = _run.Start(Train, async (cli, line) =>
        {
            if (killed == 0 && IsProgress(line))
            {
                killed = await ChildAsync();
                await ClusterRun.SignalAsync("KILL", killed);
            }

            if (!line.EndsWith("joins", StringComparison.Ordinal)) return false;
            await ClusterRun.SignalAsync("INT", cli.Id);
            return true;
        });
        ProcessResult result = await process.WaitAsync();

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.Contains($"silo process {killed} ended (exit code 137)", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"(process {killed}) was lost; the other silos take over its 3 shards", result.Errors, StringComparison.Ordinal);
        JsonElement json = ClusterRun.Last(result);
        Assert.DoesNotContain(killed, ClusterRun.Processes(json));
        await AssertQuietBitsAsync(json);
    }

    [Fact]
    public async Task Train_commandIsKilled_leavesNoChildAndIsResumedWithTheQuietBits()
    {
        int[] silos = [];
        using DistConvProcess process = _run.Start(Train, async (cli, line) =>
        {
            if (!IsProgress(line)) return false;
            silos = ClusterRun.Processes(await ShowAsync());
            await ClusterRun.SignalAsync("KILL", cli.Id);
            return true;
        });
        await process.WaitAsync();
        Assert.Equal((3, process.Id), (silos.Length, silos[0]));
        foreach (int silo in silos) await ClusterRun.EndsAsync(silo);

        JsonElement interrupted = await ShowAsync();
        Assert.Equal("interrupted", interrupted.GetProperty("status").GetString());
        long stopAt = interrupted.GetProperty("steps").GetInt64() + 40;
        JsonElement resumed = await _run.JsonAsync("jobs", "resume", "j", "--silos", "2", "--stop-at", $"{stopAt}", "--json", "--quiet");
        Assert.Equal(stopAt, resumed.GetProperty("steps").GetInt64());
        await AssertQuietBitsAsync(resumed);
    }

    [Fact]
    public async Task Train_interruptOfTheWholeTerminal_endsWithASnapshotInTheCommandAlone()
    {
        using DistConvProcess process = _run.Start(Train, async (cli, line) =>
        {
            if (!IsProgress(line)) return false;
            foreach (int silo in ClusterRun.Processes(await ShowAsync()).Reverse()) await ClusterRun.SignalAsync("INT", silo);
            return true;
        });
        ProcessResult result = await process.WaitAsync();

        Assert.True(result.ExitCode == 130, result.ToString());
        Assert.DoesNotContain("ended (exit code", result.Errors, StringComparison.Ordinal);
        await AssertQuietBitsAsync(ClusterRun.Last(result));
    }

    [Fact]
    public async Task Child_programIsGoneWhenItDies_isToldAtOnceAndTheClusterStops()
    {
        string program = _folder["child"], process = _folder["process"];
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        File.WriteAllText(program, $"#!/bin/sh\necho $$ > '{process}'\nexec '{dotnet}' '{TestedProgram.Assembly}' child-silo\n");
        if (OperatingSystem.IsWindows()) return; // The constructor has skipped it: this is for the analyzer.
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        TaskCompletionSource<string> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedClusterOptions options = new(_folder["jobs"], null, Threads: 1, Kernel: null)
        {
            Silos = 2,
            ChildCommand = [program],
            Warn = line =>
            {
                if (line.Contains("cannot be started", StringComparison.Ordinal)) told.TrySetResult(line);
            },
        };
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync(options, TestContext.Current.CancellationToken);
        File.Delete(program);
        await ClusterRun.SignalAsync("KILL", int.Parse(File.ReadAllText(process), CultureInfo.InvariantCulture));
        string line = await told.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.StartsWith($"the silo process '{program}' cannot be started (", line, StringComparison.Ordinal);
        Assert.EndsWith("; jobs continue without this silo", line, StringComparison.Ordinal);
    }

    private static bool IsProgress(string line) => line.StartsWith("epoch", StringComparison.Ordinal);

    private Task<JsonElement> ShowAsync() => _run.JsonAsync("jobs", "show", "j", "--json");

    private async Task<int> ChildAsync() => ClusterRun.Processes(await ShowAsync())[^1];

    /// <summary>The control run to the same step has the same weights.</summary>
    private async Task AssertQuietBitsAsync(JsonElement json)
    {
        string steps = $"{json.GetProperty("steps").GetInt64()}";
        JsonElement quiet = await _run.JsonAsync(["train", .. ClusterRun.Tiny, "--steps", Endless, "--job", "quiet", "--local", "--quiet", "--stop-at", steps]);
        Assert.Equal(ClusterRun.Digest(quiet), ClusterRun.Digest(json));
    }
}
