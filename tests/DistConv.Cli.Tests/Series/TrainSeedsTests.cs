using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Series;

/// <summary><c>train --seeds</c>.</summary>
public sealed class TrainSeedsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CliRun _cli;

    public TrainSeedsTests()
    {
        _cli = new CliRun(_folder);
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    private string[] Tiny => ["train", "--data", $"idx:{_folder["data"]}", "--model", _folder["tiny.json"], "--batch", "16", "--shards", "2", "--local"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_seeds_areTheJobsOfSingleCommandsAndTheirStatistics()
    {
        string[] three = [.. Tiny, "--epochs", "2", "--seeds", "1-2,7", "--job", "s"];
        JsonElement series = await _cli.JsonAsync(0, three);
        JsonElement[] jobs = [.. series.GetProperty("jobs").EnumerateArray()];
        Assert.Equal(["s-seed1", "s-seed2", "s-seed7"], jobs.Select(job => job.GetProperty("job").GetString()));
        JsonElement single = await _cli.JsonAsync(0, [.. Tiny, "--epochs", "2", "--seed", "7", "--job", "single"]);
        Assert.Equal(single.GetProperty("weightsDigest").GetString(), jobs[2].GetProperty("weightsDigest").GetString());

        double[] losses = [.. jobs.Select(job => job.GetProperty("testLoss").GetDouble())];
        Assert.Equal(3, losses.Distinct().Count());
        JsonElement figure = series.GetProperty("figures").GetProperty("testLoss");
        double mean = losses.Average(), deviation = Math.Sqrt(losses.Sum(loss => Math.Pow(loss - mean, 2)) / 2);
        Assert.Equal(mean, figure.GetProperty("mean").GetDouble(), 12);
        Assert.Equal(deviation, figure.GetProperty("standardDeviation").GetDouble(), 12);
        Assert.Equal((losses.Min(), losses.Max()), (figure.GetProperty("best").GetDouble(), figure.GetProperty("worst").GetDouble()));
        Assert.True(series.GetProperty("figures").GetProperty("testAccuracy").GetProperty("best").GetDouble() <= 1);

        // The same command counts what is done, and trains nothing again.
        JsonElement again = await _cli.JsonAsync(0, three);
        Assert.All(again.GetProperty("jobs").EnumerateArray(), job => Assert.True(job.GetProperty("doneBefore").GetBoolean()));
        Assert.Equal(series.GetProperty("figures").GetRawText(), again.GetProperty("figures").GetRawText());
        Assert.Contains(_cli.Output.Said, line => line.EndsWith("one after another; 3 done already", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_seedsWithoutAName_findTheirJobsAgainAndSumThemUp()
    {
        string[] two = [.. Tiny, "--steps", "3", "--seeds", "3,4"];
        await _cli.RunAsync(0, two);
        RecordingOutput again = await _cli.RunAsync(0, two);
        Assert.Matches(@"^idx-[0-9a-f]{8}-seed3: accuracy [0-9.]+ %, loss [0-9.]+ \(done before\)$", again.Resulted[0]);
        Assert.Matches(@"^FIGURE +MEAN +SD +BEST +JOB +WORST +JOB\naccuracy .*\nloss ", again.Resulted[^2]);
        Assert.Equal("figures of held-out samples after the last epoch; SD: standard deviation with n - 1", again.Resulted[^1]);
    }

    [Fact]
    public async Task Train_aJobWithAnotherSpecification_isRefusedBeforeAnyIsTrained()
    {
        await _cli.RunAsync(0, [.. Tiny, "--steps", "2", "--seed", "2", "--job", "s-seed2"]);
        string[] before = _folder.Listing();
        string line = await _cli.RefusalAsync([.. Tiny, "--steps", "3", "--seeds", "1-3", "--job", "s"]);
        Assert.StartsWith("job 's-seed2' exists with another specification (totalSteps is 2 there and 3 here): ", line, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }

    [Theory]
    [InlineData("--seeds 1-x", "--seeds is '1-x'; give seeds, as 1-5 or 1,3,7")]
    [InlineData("--seeds 5-1", "--seeds is '5-1'; give seeds")]
    [InlineData("--seeds 1,1", "which names a seed twice")]
    [InlineData("--seeds 1-65", "a series has at most 64 jobs")]
    [InlineData("--seeds 0-18446744073709551615", "a series has at most 64 jobs")]
    [InlineData("--seeds 1-3 --seed 2", "--seeds and --seed exclude each other")]
    [InlineData("--parallel 2", "--parallel is for several jobs; add --seeds")]
    [InlineData("--seeds 1-3 --out -", "--out - is for a single job")]
    [InlineData("--seeds 1-3 --job aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "add '-seed1' to it")]
    public async Task Train_wrongSeries_isOneLine(string options, string expected)
    {
        string[] before = _folder.Listing();
        Assert.Contains(expected, await _cli.RefusalAsync([.. Tiny, .. options.Split(' ')]), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }
}
