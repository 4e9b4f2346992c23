using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>One process trains, another watches.</summary>
public sealed class JobsWatchProcessTests : IDisposable
{
    private static readonly string[] Train =
        ["train", "--data", "idx:data", "--model", "tiny.json", "--samples", "101", "--batch", "10", "--shards", "7", "--local"];

    private readonly TemporaryFolder _folder = new();

    public JobsWatchProcessTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task JobsWatch_endedJobs_areSummedUpAtOnce()
    {
        ProcessResult trained = await DistConvProcess.RunAsync(_folder.FullPath, [.. Train, "--steps", "20", "--job", "done"]);
        ProcessResult watched = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "watch", "done");
        Assert.True(watched.ExitCode == 0, watched.ToString());
        Assert.Empty(watched.ErrorLines);
        Assert.Contains(trained.OutputLines.Single(line => line.StartsWith("weights ", StringComparison.Ordinal)), watched.OutputLines);
        await DistConvProcess.RunAsync(_folder.FullPath, [.. Train, "--steps", "20", "--stop-at", "7", "--job", "half"]);
        watched = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "watch", "half");
        Assert.True(watched.ExitCode == 0, watched.ToString());
        Assert.Equal(["stopped at step 7 of 20 with a snapshot; go on with: distconv jobs resume half"], watched.ErrorLines);
    }

    [Fact]
    public async Task JobsWatch_trainerIsKilled_saysThatItWasInterrupted()
    {
        TaskCompletionSource stepping = new();
        using DistConvProcess trainer = DistConvProcess.Start(_folder.FullPath, null, [.. Train, "--steps", "100000000", "--job", "long"], line =>
        {
            if (line.StartsWith("epoch 2", StringComparison.Ordinal)) stepping.TrySetResult();
            return Task.CompletedTask;
        });
        await stepping.Task.WaitAsync(TestContext.Current.CancellationToken);
        int lines = 0;
        using DistConvProcess watcher = DistConvProcess.Start(_folder.FullPath, null, ["jobs", "watch", "long"], line =>
        {
            if (lines++ == 0) trainer.Kill();
            return Task.CompletedTask;
        });
        ProcessResult watched = await watcher.WaitAsync();
        Assert.True(watched.ExitCode == 0, watched.ToString());
        Assert.Contains("interrupted: its process ended.", watched.Errors, StringComparison.Ordinal);
        Assert.Contains("jobs resume long", watched.Output, StringComparison.Ordinal);
    }
}
