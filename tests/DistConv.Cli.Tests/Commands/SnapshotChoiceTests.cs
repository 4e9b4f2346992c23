using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>Which snapshot a job means, jobs that are made longer, and training that diverges: what the executable says.</summary>
public sealed class SnapshotChoiceTests : IDisposable
{
    private const long BestStep = 21, LastStep = 30;

    private readonly TemporaryFolder _folder = new();

    public SnapshotChoiceTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Job_withoutAndWithAChoice_meansTheSnapshotThatIsSaid()
    {
        await RunAsync("train --data idx:data --model tiny.json --batch 10 --epochs 2 --stop-at 30 --learning-rate 0.02 --job j --local --quiet");
        string better = $"a better one exists: epoch 1 by held-out loss, step {BestStep} (j@best)";
        await ExpectAsync("evaluate j --data-dir data --json", BestStep, "of the best epoch, 1 of 1, by held-out loss");
        await ExpectAsync("evaluate j@best --data-dir data --json", BestStep, "of the best epoch, 1 of 1, by held-out loss");
        await ExpectAsync("evaluate j@last --data-dir data --json", LastStep, better);
        await ExpectAsync("evaluate j@0 --data-dir data --json", 0, better);
        await ExpectAsync("export j --out a.npz --json", BestStep, "of the best epoch");
        await ExpectAsync("export j@last --out b.npz --json", LastStep, better);
        await ExpectAsync("snapshot show j --json", LastStep, null);
        await ExpectAsync("snapshot show j@best --json", BestStep, null);
        ProcessResult wrong = await DistConvProcess.RunAsync(_folder.FullPath, "evaluate", "j@first");
        Assert.Equal((2, "distconv: 'first' names no snapshot: give best, last, or a step such as 0"), (wrong.ExitCode, Assert.Single(wrong.ErrorLines)));
        ProcessResult absent = await DistConvProcess.RunAsync(_folder.FullPath, "evaluate", "j@7");
        Assert.Equal((2, "distconv: job 'j' has no snapshot of step 7; it has those of steps 0, 21, 30"), (absent.ExitCode, Assert.Single(absent.ErrorLines)));
    }

    [Fact]
    public async Task Extend_doneJob_endsWithTheDigestOfALongerJob()
    {
        const string train = "train --data idx:data --model tiny.json --batch 10 --local --quiet --json";
        string whole = Digest(await RunAsync($"{train} --epochs 3 --job whole"));
        await RunAsync($"{train} --epochs 2 --job j");
        ProcessResult refused = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "extend", "j", "--epochs", "2");
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("distconv: --epochs is 2, but job 'j' has 42 steps of 21 an epoch already; give 3 to 47619047", Assert.Single(refused.ErrorLines));
        Assert.Equal(whole, Digest(await RunAsync("jobs extend j --epochs 3 --local --json")));
        Assert.Contains("\"totalSteps\":63,", Assert.Single((await RunAsync("snapshot show j@0 --json")).OutputLines), StringComparison.Ordinal);
        ProcessResult cosine = await RunAsync($"{train} --epochs 1 --schedule cosine --job c");
        Assert.NotEqual(whole, Digest(cosine));
        ProcessResult other = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "extend", "c", "--epochs", "2");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("its schedule 'cosine' spreads the learning rates over its 21 steps", Assert.Single(other.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_rateFarTooHigh_saysThatItDivergedAndNamesNoBestEpoch()
    {
        ProcessResult result = await RunAsync("train --data idx:data --model tiny.json --batch 10 --epochs 2 --learning-rate 50 --job j --local --quiet");
        Assert.Contains("training has diverged", result.Output, StringComparison.Ordinal);
        Assert.Contains("The learning rate 50 is probably too high: adam's default is 0.001", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("best epoch", result.Output, StringComparison.Ordinal);
    }

    private static string Digest(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement.GetProperty("weightsDigest").GetString()!;

    private async Task<ProcessResult> RunAsync(string command)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private async Task ExpectAsync(string command, long step, string? said)
    {
        ProcessResult result = await RunAsync(command);
        Assert.Equal(step, JsonDocument.Parse(result.OutputLines[^1]).RootElement.GetProperty("step").GetInt64());
        if (said is not null) Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }
}
