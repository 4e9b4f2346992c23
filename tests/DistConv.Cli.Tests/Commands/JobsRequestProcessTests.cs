using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>Pause and cancel of jobs that one process trains and another one asks for.</summary>
public sealed class JobsRequestProcessTests : IDisposable
{
    private static readonly string[] Train =
        ["train", "--data", "idx:data", "--model", "tiny.json", "--samples", "101", "--batch", "10", "--shards", "7", "--steps", "100000000"];

    private readonly TemporaryFolder _folder = new();

    public JobsRequestProcessTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pause", "paused", "--local")]
    [InlineData("cancel", "cancelled", "--silos=1")]
    public async Task Request_ofARunningJob_endsItWithASnapshot(string request, string state, string mode)
    {
        ProcessResult? asked = null;
        using DistConvProcess trainer = DistConvProcess.Start(_folder.FullPath, null, [.. Train, mode, "--job", "j"], async line =>
        {
            if (asked is null && line.StartsWith("epoch 2", StringComparison.Ordinal)) asked =
                await DistConvProcess.RunAsync(_folder.FullPath, "jobs", request, "j");
        });
        ProcessResult trained = await trainer.WaitAsync();
        Assert.True(trained.ExitCode == 0 && asked is { ExitCode: 0 }, $"{trained}\n{asked}");
        Assert.StartsWith($"job j: {state} at step ", trained.Output, StringComparison.Ordinal);
        Assert.StartsWith($"job j: {state} at step ", asked.Output, StringComparison.Ordinal);
        Assert.Equal("go on with: distconv jobs resume j", asked.OutputLines[^1]);
        Assert.Contains($"{state} at step", trained.Errors, StringComparison.Ordinal);
        Assert.Contains("jobs resume j", trained.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ofAJobThatNobodyTrains_isMetAtOnce()
    {
        await DistConvProcess.RunAsync(_folder.FullPath, [.. Train, "--local", "--stop-at", "3", "--job", "j"]);
        ProcessResult cancelled = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "cancel", "j");
        Assert.Equal("job j: cancelled at step 3 of 100,000,000", cancelled.OutputLines[0]);
        ProcessResult resumed = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "resume", "j", "--local", "--stop-at", "5");
        Assert.StartsWith("job j: stopped at step 5 ", resumed.Output, StringComparison.Ordinal);
    }
}
