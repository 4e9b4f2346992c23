using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary>A residual network with all that a specification can ask of layers and loss, on shards of uneven size, has the same bits on any
/// cluster.</summary>
public sealed class WholeResNetTests : IDisposable
{
    /// <summary>Layers that vary pictures, batch normalisation, frozen and not, a projection, penalties, constraints, and what is random behind them.</summary>
    private const string Model = """
        {"name": "whole", "input": [6, 6, 1], "layers": [
          {"type": "randomflip", "name": "flip"}, {"type": "randomtranslation", "name": "shift", "heightFactor": 0.2, "widthFactor": 0.2},
          {"type": "conv2d", "name": "stem", "filters": 4, "kernel": 3, "padding": "same", "useBias": false, "kernelRegularizer": {"l2": 0.01}},
          {"type": "batchnorm", "name": "bn0"}, {"type": "relu", "name": "r0"},
          {"type": "conv2d", "name": "c1", "filters": 6, "kernel": 3, "strides": 2, "padding": "same", "useBias": false, "kernelRegularizer": {"l1": 0.001}},
          {"type": "batchnorm", "name": "bn1"}, {"type": "relu", "name": "r1"},
          {"type": "conv2d", "name": "c2", "filters": 6, "kernel": 3, "padding": "same", "kernelConstraint": {"name": "max_norm", "max": 0.8}},
          {"type": "batchnorm", "name": "bn2"},
          {"type": "conv2d", "name": "p", "filters": 6, "kernel": 1, "strides": 2, "inputs": ["r0"]}, {"type": "batchnorm", "name": "bnp", "trainable": false},
          {"type": "add", "name": "sum", "inputs": ["bn2", "bnp"]}, {"type": "relu", "name": "out"}, {"type": "spatialdropout2d", "name": "drop", "rate": 0.2},
          {"type": "globalavgpool2d", "name": "mean"}, {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ClusterRun _run;

    public WholeResNetTests()
    {
        _run = new ClusterRun(_folder);
        ClusterRun.WriteTiny(_folder);
        _folder.Write("tiny.json", Model);
    }

    private static string[] Train { get; } =
        ["train", .. ClusterRun.Tiny, "--class-weights", "0:2,3:0.5", "--label-smoothing", "0.1", "--optimizer", "adamw", "--clip-norm", "2",
            "--augment", "flip,zoom,rotate:20,crop:1,contrast,brightness,erase,mixup,cutmix"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_anyNumberOfSilosAndThreadsAndAnyKernels_hasTheBitsOfTheControlRun()
    {
        string local = ClusterRun.Digest(await _run.JsonAsync([.. Train, "--steps", "25", "--quiet", "--local"]));
        foreach ((int silos, int threads, string kernel) in ((int, int, string)[])[(1, 3, "scalar"), (2, 2, ""), (3, 1, "scalar"), (5, 1, "")])
        {
            Dictionary<string, string> environment = kernel.Length > 0 ? new() { ["DISTCONV_KERNEL"] = kernel } : [];
            string[] args = [.. Train.Select((word, i) => i > 0 && Train[i - 1] == "--threads" ? $"{threads}" : word), "--steps", "25", "--quiet"];
            using DistConvProcess process = DistConvProcess.Start(_folder.FullPath, environment, [.. args, "--silos", $"{silos}"]);
            ProcessResult result = await process.WaitAsync();
            Assert.True(result.ExitCode == 0, result.ToString());
            JsonElement json = ClusterRun.Last(result);
            Assert.Equal((silos, local), (silos, ClusterRun.Digest(json)));
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
        }
    }

    /// <summary>A silo is killed, then the command; the resumed run ends with the bits of one that nothing disturbed.</summary>
    [Fact]
    public async Task Train_siloAndThenCommandKilled_isResumedWithTheQuietBits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        string[] train = [.. Train, "--steps", "100000000"];
        int killed = 0;
        using DistConvProcess process = _run.Start([.. train, "--silos", "3", "--job", "j"], async (cli, line) =>
        {
            if (killed == 0 && line.StartsWith("epoch", StringComparison.Ordinal))
            {
                killed = ClusterRun.Processes(await _run.JsonAsync("jobs", "show", "j", "--json"))[^1];
                await ClusterRun.SignalAsync("KILL", killed);
            }

            if (!line.EndsWith("joins", StringComparison.Ordinal)) return false;
            await ClusterRun.SignalAsync("KILL", cli.Id);
            return true;
        });
        ProcessResult result = await process.WaitAsync();
        Assert.Contains($"(process {killed}) was lost; the other silos take over its ", result.Errors, StringComparison.Ordinal);

        long step = (await _run.JsonAsync("jobs", "show", "j", "--json")).GetProperty("steps").GetInt64();
        JsonElement resumed = await _run.JsonAsync("jobs", "resume", "j", "--silos", "2", "--stop-at", $"{step + 40}", "--json", "--quiet");
        JsonElement quiet = await _run.JsonAsync([.. train, "--job", "quiet", "--local", "--quiet", "--stop-at", $"{step + 40}"]);
        Assert.Equal(ClusterRun.Digest(quiet), ClusterRun.Digest(resumed));
    }
}
