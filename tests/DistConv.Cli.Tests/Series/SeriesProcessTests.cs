using System.Diagnostics;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Series;

/// <summary>A series that is interrupted and continued.</summary>
public sealed class SeriesProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_seedsInterrupted_goOnWithTheSameCommandToTheSameBits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
        string[] tiny = ["train", "--data", "idx:data", "--model", "tiny.json", "--batch", "8", "--shards", "2", "--local", "--steps", "4000"];
        string[] series = [.. tiny, "--seeds", "1-3", "--job", "s"];
        TaskCompletionSource stepping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isSecond = false;
        using DistConvProcess process = DistConvProcess.Start(_folder.FullPath, null, series, line =>
        {
            isSecond |= line == "job s-seed2: seed 2";
            if (isSecond && line.StartsWith("epoch ", StringComparison.Ordinal)) stepping.TrySetResult();
            return Task.CompletedTask;
        });
        await stepping.Task.WaitAsync(TestContext.Current.CancellationToken);
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        ProcessResult interrupted = await process.WaitAsync();
        Assert.True(interrupted.ExitCode == 130, interrupted.ToString());
        Assert.Equal($"2 of 3 jobs are not done; go on with the same command: distconv {string.Join(' ', series)}", interrupted.ErrorLines[^1]);
        Assert.StartsWith("s-seed2: stopped at step ", interrupted.OutputLines.Single(line => line.StartsWith("s-seed2", StringComparison.Ordinal)),
            StringComparison.Ordinal);

        JsonElement[] jobs = [.. Json(await RunAsync([.. series, "--json"])).GetProperty("jobs").EnumerateArray()];
        Assert.Equal([true, false, false], jobs.Select(job => job.GetProperty("doneBefore").GetBoolean()));
        JsonElement quiet = Json(await RunAsync([.. tiny, "--seed", "2", "--job", "quiet", "--json"]));
        Assert.Equal(quiet.GetProperty("weightsDigest").GetString(), jobs[1].GetProperty("weightsDigest").GetString());
    }

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement;

    private async Task<ProcessResult> RunAsync(string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}
