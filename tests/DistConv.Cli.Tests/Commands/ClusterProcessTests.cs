using System.Diagnostics;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>The command line as a client of a real cluster.</summary>
public sealed class ClusterProcessTests(ServedCluster cluster) : IClassFixture<ServedCluster>
{
    [Fact]
    public async Task Train_inACluster_hasTheBitsOfALocalRunAndFetchesSnapshots()
    {
        ProcessResult result = await RunAsync(0, ["train", .. ServedCluster.Tiny, "--steps", "20", "--job", "whole", "--json", "--out", "out"]);
        JsonElement json = Json(result);
        Assert.Equal(("done", 2, 2), (Text(json, "status"), json.GetProperty("silos").GetInt32(), json.GetProperty("siloProcesses").GetArrayLength()));
        Assert.Contains($"6 shards, 2 silos of cluster 'distconv' at {cluster.Address}", result.Errors, StringComparison.Ordinal);
        Assert.Contains(result.ErrorLines, line => line.StartsWith("epoch 2/2 ends", StringComparison.Ordinal));
        ProcessResult local = await RunAsync(0, ["train", .. ServedCluster.Tiny, "--steps", "20", "--job", "local", "--json", "--local"]);
        Assert.Equal(Text(Json(local), "weightsDigest"), Text(json, "weightsDigest"));

        Assert.Equal(cluster.Folder["out"], Text(json, "outDirectory"));
        Assert.Equal(["filters.png", "final.dcs", "initial.dcs", "loss.png", "result.json"], Directory.EnumerateFiles(cluster.Folder["out"])
            .Select(Path.GetFileName).Order());
        await RunAsync(0, "snapshot", "verify", "out");
        Assert.Equal(Text(json, "weightsDigest"), Text(Json(await RunAsync(0, "evaluate", "out/final.dcs", "--data-dir", "data", "--json")), "weightsDigest"));

        ProcessResult again = await RunAsync(0, "jobs", "watch", "whole", "--json", "--out", "copy", "--cluster", cluster.Address);
        Assert.Equal(Text(json, "weightsDigest"), Text(Json(again), "weightsDigest"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(cluster.Folder["out"], "final.dcs")), File.ReadAllBytes(Path.Combine(cluster.Folder["copy"], "final.dcs")));
        Assert.Contains(Text(json, "weightsDigest"), (await RunAsync(0, "jobs", "show", "whole")).Output, StringComparison.Ordinal);
    }

    /// <summary>The client reads the weights of a job of the cluster, sends them for the new one, and the silos train it as one process does.</summary>
    [Fact]
    public async Task Train_weightsOfAJobOfTheCluster_hasTheBitsOfALocalRun()
    {
        await RunAsync(0, ["train", .. ServedCluster.Tiny, "--steps", "15", "--job", "source", "--quiet", "--out", "source"]);
        string[] tuned = ["train", "--data", "idx:data", "--samples", "101", "--batch", "10", "--shards", "6", "--steps", "25", "--replace-head", "--freeze",
            "conv1", "--freeze-until", "2", "--layer-rates", "conv1:0.5", "--json", "--job", "tuned", "--initial-weights"];
        ProcessResult result = await RunAsync(0, [.. tuned, "source@last"]);
        ProcessResult local = await RunAsync(0, [.. tuned, "source/final.dcs", "--local"]);
        Assert.Equal(Text(Json(local), "weightsDigest"), Text(Json(result), "weightsDigest"));
        Assert.Contains("drawn anew from seed 1: dense1/kernel, dense1/bias", result.Errors, StringComparison.Ordinal);
        await RefusedAsync("no file, and no job either: job 'nobody' is not in the store", [.. tuned, "nobody"]);
    }

    [Fact]
    public async Task Sweep_inACluster_trainsSideBySide()
    {
        string[] sweep = ["sweep", .. ServedCluster.Tiny, "--steps", "300", "--optimizer", "sgd", "--vary", "learning-rate=0.01,0.1", "--job", "grid"];
        ProcessResult result = await RunAsync(0, [.. sweep, "--parallel", "2", "--json"]);
        int[] began =
            [.. result.ErrorLines.Index().Where(line => line.Item.Contains(": learning-rate 0.", StringComparison.Ordinal)).Select(line => line.Index)];
        int ended = result.ErrorLines.Index().First(line => line.Item.Contains(": accuracy ", StringComparison.Ordinal)).Index;
        Assert.Equal(2, began.Length);
        Assert.True(began[1] < ended, result.ToString());
        JsonElement[] jobs = [.. Json(result).GetProperty("jobs").EnumerateArray()];
        ProcessResult alone = await RunAsync(
            0, ["train", .. ServedCluster.Tiny, "--steps", "300", "--optimizer", "sgd", "--learning-rate", "0.1", "--job", "alone", "--json", "--local"]);
        Assert.Equal(Text(Json(alone), "weightsDigest"), Text(jobs[1], "weightsDigest"));
        await RefusedAsync("--detach leaves one job to the cluster", [.. sweep, "--detach"]);
    }

    [Fact]
    public async Task Jobs_detachedPausedResumedAndCancelled_sayWhatComesNext()
    {
        string place = $" --cluster {cluster.Address}";
        ProcessResult detached =
            await RunAsync(0, ["train", .. ServedCluster.Tiny, "--steps", "100000000", "--job", "long", "--detach", "--cluster", cluster.Address]);
        Assert.Contains($"  distconv jobs watch long{place}", detached.Output, StringComparison.Ordinal);
        ProcessResult paused = await RunAsync(0, "jobs", "pause", "long", "--cluster", cluster.Address);
        Assert.StartsWith("job long: paused at step ", paused.Output, StringComparison.Ordinal);
        Assert.Contains($"distconv jobs resume long{place}", paused.Output, StringComparison.Ordinal);
        Assert.Equal("paused", Text(Json(await RunAsync(0, "jobs", "show", "long", "--json")), "status"));

        ProcessResult resumed = await RunAsync(0, "jobs", "resume", "long", "--detach", "--json");
        Assert.Equal("running", Text(Json(resumed), "status"));
        ProcessResult cancelled = await RunAsync(0, "jobs", "cancel", "long", "--json");
        Assert.Equal("cancelled", Text(Json(cancelled), "status"));
        Assert.Contains("long", (await RunAsync(0, "jobs", "list")).Output, StringComparison.Ordinal);
        await RefusedAsync("job 'long' is cancelled: there is nothing to pause", "jobs", "pause", "long");
        await RefusedAsync("job 'lone' is not in the store", "jobs", "watch", "lone");
        await RefusedAsync("exists with another specification", ["train", .. ServedCluster.Tiny, "--steps", "7", "--job", "long"]);
    }

    [Fact]
    public async Task Train_interrupted_onlyDetaches()
    {
        ProcessResult result = await InterruptedAsync(["train", .. ServedCluster.Tiny, "--steps", "100000000", "--job", "left"]);
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(
            $"job left goes on in cluster 'distconv' at {cluster.Address}; watch it with: distconv jobs watch left; end it with: distconv jobs cancel left",
                result.ErrorLines[^1]);
        Assert.Equal(130, (await InterruptedAsync("jobs", "watch", "left")).ExitCode);
        await RunAsync(0, "jobs", "cancel", "left");
    }

    [Fact]
    public async Task Train_aSiloIsKilledMeanwhile_endsWithTheSameBits()
    {
        string local = Text(
            Json(await RunAsync(0, ["train", .. ServedCluster.Tiny, "--steps", "3000", "--job", "quiet", "--json", "--quiet", "--local"])), "weightsDigest");
        TaskCompletionSource stepping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DistConvProcess client = cluster.Start(["train", .. ServedCluster.Tiny, "--steps", "3000", "--job", "killed", "--json"], line =>
        {
            if (line.StartsWith("epoch 2/", StringComparison.Ordinal)) stepping.TrySetResult();
            return Task.CompletedTask;
        });
        await stepping.Task.WaitAsync(TestContext.Current.CancellationToken);
        await cluster.ReplaceAsync(0);
        ProcessResult result = await client.WaitAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(local, Text(Json(result), "weightsDigest"));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement;

    private Task<ProcessResult> RunAsync(int exitCode, params string[] args) => cluster.RunAsync(exitCode, args);

    private async Task RefusedAsync(string expected, params string[] args) =>
        Assert.Contains(expected, (await RunAsync(2, args)).ErrorLines[^1], StringComparison.Ordinal);

    /// <summary>Sends an interrupt as soon as steps are shown.</summary>
    private async Task<ProcessResult> InterruptedAsync(params string[] args)
    {
        TaskCompletionSource stepping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DistConvProcess client = cluster.Start(args, line =>
        {
            if (line.Contains("  loss ", StringComparison.Ordinal)) stepping.TrySetResult();
            return Task.CompletedTask;
        });
        await stepping.Task.WaitAsync(TestContext.Current.CancellationToken);
        using Process kill = Process.Start("kill", ["-INT", $"{client.Id}"]);
        return await client.WaitAsync();
    }
}
