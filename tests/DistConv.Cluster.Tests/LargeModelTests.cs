using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary>A model whose gradient does not fit into one message between silos (more than 25.2 million parameters).</summary>
public sealed class LargeModelTests : IDisposable
{
    private const string Dense = """
          {"type": "flatten"},
          {"type": "dense", "units": 8000, "activation": "relu"},
          {"type": "dense", "units": 3200, "activation": "relu"},
          {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    private const string Convolution = """{"type": "conv2d", "filters": 3, "kernel": 3, "activation": "relu"},""";

    private static readonly string[] _train =
    [
        "train", "--data", "idx:data", "--model", "wide.json", "--samples", "101", "--batch", "6", "--shards", "3", "--seed", "3", "--threads", "1",
        "--optimizer", "sgd", "--learning-rate", "0.01", "--snapshot-every", "1000000", "--steps", "1000000", "--json",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly ClusterRun _run;

    public LargeModelTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        _run = new ClusterRun(_folder);
        TinyData.WriteIdx(_folder["data"]);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Dense layers alone, and behind a convolution, whose gradients are exchanged last.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(Convolution)]
    public async Task Train_twoSilosAndOneThatJoins_haveTheBitsOfTheControlRun(string first)
    {
        _folder.Write("wide.json", $$"""{"name": "wide", "input": [6, 6, 1], "layers": [{{first}}{{Dense}}""");
        int killed = 0;
        using DistConvProcess process = _run.Start([.. _train, "--job", "j", "--silos", "2"], async (cli, line) =>
        {
            if (killed == 0 && line.StartsWith("epoch", StringComparison.Ordinal))
            {
                killed = ClusterRun.Processes(await _run.JsonAsync("jobs", "show", "j", "--json"))[^1];
                await ClusterRun.SignalAsync("KILL", killed);
            }

            if (!line.EndsWith("joins", StringComparison.Ordinal)) return false;
            await ClusterRun.SignalAsync("INT", cli.Id);
            return true;
        });
        ProcessResult result = await process.WaitAsync();

        Assert.True(result.ExitCode == 130, result.ToString());
        JsonElement json = ClusterRun.Last(result);
        Assert.True(ClusterRun.Processes(json).Distinct().Count() == 2, result.ToString());
        Assert.DoesNotContain(killed, ClusterRun.Processes(json));
        string steps = $"{json.GetProperty("steps").GetInt64()}";
        JsonElement quiet = await _run.JsonAsync([.. _train, "--job", "quiet", "--local", "--quiet", "--stop-at", steps]);
        Assert.Equal(ClusterRun.Digest(quiet), ClusterRun.Digest(json));
    }
}
